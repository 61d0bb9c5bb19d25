/** What the sandbox process tells its parent. */
export type SandboxMessage =
  | { readonly kind: 'STEP'; readonly part: string; readonly detail: string }
  | { readonly kind: 'READY'; readonly env: Readonly<Record<string, string>>; readonly controlUrl: string }
  | { readonly kind: 'FAILED'; readonly message: string; readonly takenPort?: number };

/** Why a start failed, with the port when one was taken. */
export function failureOf(error: unknown): { message: string; takenPort?: number } {
  const message = error instanceof Error ? error.message : String(error);
  const taken =
    error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error ? Number(error.port) : undefined;
  return { message, ...(taken === undefined ? {} : { takenPort: taken }) };
}
