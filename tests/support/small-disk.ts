import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Bytes that are written at once. */
const PIECE = 1024 * 1024;

/** A file system of its own that can be filled to the last byte. Linux alone, and root, may make one. */
export class SmallDisk implements Disposable {
  readonly path: string;
  readonly #ballast: string;

  /** @throws where this machine does not allow it */
  constructor(megabytes: number) {
    this.path = mkdtempSync(path.join(tmpdir(), "drover-disk-"));
    this.#ballast = path.join(this.path, "ballast");
    const options = `size=${megabytes}m,mode=755`;
    const { status, stderr } = spawnSync("mount", [
      "-t",
      "tmpfs",
      "-o",
      options,
      "drover",
      this.path,
    ]);
    if (status === 0) return;
    rmSync(this.path, { recursive: true });
    throw new Error(`no file system can be mounted here: ${String(stderr)}`);
  }

  /** Whether this machine lets us make one. */
  static isPossible(): boolean {
    try {
      new SmallDisk(1)[Symbol.dispose]();
      return true;
    } catch {
      // The answer to the question is no, whatever the reason.
      return false;
    }
  }

  /** Leaves not a byte. */
  fill(): void {
    const piece = Buffer.alloc(PIECE);
    for (;;) {
      try {
        writeFileSync(this.#ballast, piece, { flag: "a" });
      } catch (error) {
        const full = error instanceof Error && "code" in error && error.code === "ENOSPC";
        if (full && this.#left() === 0) return;
        if (!full) throw error;
      }
    }
  }

  /** Somebody clears up. */
  clear(): void {
    truncateSync(this.#ballast);
  }

  [Symbol.dispose](): void {
    // Lazily: who still has a file open here has it to the end.
    spawnSync("umount", ["-l", this.path]);
    rmSync(this.path, { recursive: true, force: true });
  }

  #left(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }
}
