/**
 * What the log keeps of an error. The database quotes in its messages and details the values it was given (a name, a result): of its errors
 * the log keeps what names the fault (SQLSTATE, table, constraint) and where our code was, never the words.
 */
export function faultToLog(error: unknown): Logged {
  if (!(error instanceof Error)) return { type: typeof error, message: '', stack: '' };
  const { code, table, column, constraint, routine, severity } = error as Error & Record<string, unknown>;
  const isOfDatabase = severity !== undefined && routine !== undefined;
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    ...(isOfDatabase
      ? { type: 'database', message: `SQLSTATE ${String(code)}`, table, column, constraint, routine }
      : { type: error.name, message: error.message }),
    ...(code !== undefined && { code }),
    stack: stack.join('\n'),
    ...(error.cause !== undefined && { cause: faultToLog(error.cause) }),
  };
}

interface Logged extends Record<string, unknown> {
  type: string;
  message: string;
  stack: string;
}
