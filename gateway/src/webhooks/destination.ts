const LONGEST = 2_000;

/**
 * Reads the address of a receiver.
 * @param plain whether http is good as well, for development
 * @returns undefined for what is none: another protocol, a name or password within, a fragment, too long
 */
export function readDestination(text: string, plain: boolean): URL | undefined {
  if (text.length > LONGEST || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const protocols = plain ? ['https:', 'http:'] : ['https:'];
  const bare = url.username === '' && url.password === '' && url.hash === '';
  return protocols.includes(url.protocol) && url.hostname !== '' && bare && url.href.length <= LONGEST ? url : undefined;
}
