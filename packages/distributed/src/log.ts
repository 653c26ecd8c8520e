/** Where is told what nobody waits for. Loggers of the usual kind fit. */
export interface Log {
  info(message: string): void;
  warn(context: { readonly err: unknown }, message: string): void;
}

/** Tells nobody. */
export const SILENT: Log = { info: () => {}, warn: () => {} };
