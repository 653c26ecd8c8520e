/** Bytes of JSON. */
export const LARGEST_SCHEMA = 64 * 1024;

/** Levels of objects and lists; Ajv compiles schemas by recursion. */
export const DEEPEST_SCHEMA = 32;

/**
 * Items that a list may have where no two may be alike and items are lists or objects: each pair
 * of them is compared.
 */
export const MOST_UNIQUE_ITEMS = 1_000;

/** Characters of a text of the format `url`. */
export const LONGEST_URL = 2_048;

/** Values in a form's data up to which all its faults are looked for, and not just the first. */
export const MOST_VALUES_CHECKED_FULLY = 10_000;

/** Faults that are named; who has more of them reads no further. */
export const MOST_PROBLEMS = 100;

/** Schemas that are kept compiled; each takes some tens of kilobytes. */
export const MOST_COMPILED_SCHEMAS = 200;
