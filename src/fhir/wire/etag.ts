/** Whether a condition (If-None-Match, If-Match) names this version: any (`*`), or one of a list, weak or not, since versions here are weak (RFC 9110 §13.1). */
export function namesVersion(condition: unknown, versionId: string): boolean {
  const named = (typeof condition === 'string' ? condition : '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return named.includes('*') || named.includes(`"${versionId}"`);
}
