/**
 * The AbortSignal of the platform, without the engine knowing the platform: where Node's or the
 * browser's types are loaded it is theirs (and fits `fetch`), else these few members.
 */
export type StepSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : BareSignal;

interface BareSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
