/** A key of the lock file's section of packages: `  name@version:`, in quotes where it has a scope. */
const KEY = /^ {2}'?(@?[^@'\s]+)@(\d[^'(:\s]*)'?:$/;

/**
 * Every version of every package that an installation may bring, from the text of a pnpm-lock.yaml.
 * @returns versions by name, as registries are asked for advisories
 */
export function lockedPackages(lockFile: string): Record<string, string[]> {
  const versions = new Map<string, Set<string>>();
  let inside = false;
  for (const line of lockFile.split("\n")) {
    if (/^\S/.test(line)) inside = line === "packages:";
    const [, name, version] = (inside && KEY.exec(line)) || [];
    if (name === undefined || version === undefined) continue;
    const known = versions.get(name) ?? new Set();
    versions.set(name, known.add(version));
  }
  return Object.fromEntries([...versions].map(([name, known]) => [name, [...known]]));
}
