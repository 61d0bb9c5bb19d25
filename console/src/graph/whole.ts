/** What the closing delimiter and what follows it may take, bytes. */
const TAIL = 128;

/** Fetches; an answer in parts that ends before its closing delimiter (RFC 2046) ends with an error, so that half is not taken for all. */
export async function fetchWhole(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  const boundary = /^multipart\/mixed.*boundary="?([^";]+)/i.exec(response.headers.get('content-type') ?? '')?.[1];
  if (boundary === undefined || !response.body) return response;
  let tail = '';
  const decoder = new TextDecoder('latin1');
  const watched = response.body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        tail = (tail + decoder.decode(chunk.subarray(-TAIL), { stream: true })).slice(-TAIL);
        controller.enqueue(chunk);
      },
      flush(controller) {
        if (!tail.includes(`--${boundary}--`)) controller.error(new Error('the answer was cut short'));
      },
    }),
  );
  return new Response(watched, { status: response.status, statusText: response.statusText, headers: response.headers });
}
