/** A part of a long list. Fewer items than were asked for: it is the last one for now. */
export interface Piece<Item> {
  readonly items: readonly Item[];
  /** Where it ends, in the store's own words; that of the piece before where this one is empty. */
  readonly end: string | null;
}
