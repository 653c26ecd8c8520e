/*
 * The locks that Drover takes by number, in each database for itself. No other program on it is likely to take
 * the same.
 */

/** Held while migrations run: its two numbers. */
export const MIGRATION_LOCK = [0x64726f76, 1] as const;

/** Held for each seat of those who offer to take first steps: the first number; the second is the seat's. */
export const SEAT_LOCK = 0x64726f77;
