/** `manager_approval` → `Manager Approval`. */
export function stepLabel(name: string): string {
  return name
    .replaceAll("_", " ")
    .replaceAll(
      /[\p{L}\p{N}]+/gu,
      (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
    );
}
