/** Conditions are lines, not programs: a longer text is a mistake or an attack. */
export const MAX_SOURCE_LENGTH = 4096;

/** Parser and evaluator recurse into what is nested; this ends long before their stack does. */
export const MAX_NESTING = 60;

/** Nobody's condition needs as many; it bounds what loops inside loops may cost. */
export const MAX_STEPS = 100_000;

/** Copying or comparing this many elements or characters costs about as much as one step. */
export const SIZE_PER_STEP = 64;

/** Listing a dict, or comparing or copying in depth, costs more: a member counts as so many. */
export const ELEMENTS_PER_MEMBER = 8;

/** Longer texts and lists are not made: `'a' * 10**9` would take the process's memory. */
export const MAX_SIZE = 1_000_000;

/** Searching for a text compares up to its length at every place, this many at a time. */
export const SEARCH_WIDTH = 32;

/** Data nested deeper is not compared or copied, for that recurses as well. */
export const MAX_VALUE_DEPTH = 500;

/** More decimal places than a double holds have no meaning. */
export const MAX_ROUNDING_DIGITS = 20;
