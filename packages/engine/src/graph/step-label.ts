/** `manager_approval` → `Manager Approval`; a name without a letter stays as it is. */
export function stepLabel(name: string): string {
  if (!/[\p{L}\p{N}]/u.test(name)) return name;
  return name
    .replaceAll("_", " ")
    .replaceAll(
      /[\p{L}\p{N}]+/gu,
      (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
    );
}
