/** Which part of a list is wanted. */
export interface PageRequest {
  readonly limit: number;
  readonly offset: number;
}

/** A part of a list, and how long the whole of it is. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}
