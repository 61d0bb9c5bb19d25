// Posts a JSON text to a subgraph and reads the answer, as cheaply as undici allows.
import { Pool } from 'undici';

const HEADERS = ['content-type', 'application/json'];
const TIMEOUT_MS = 30_000;

/** A function that posts to one address. */
export function asker(url) {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, {
    connections: 64,
    pipelining: 1,
    keepAliveTimeout: 60_000,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  return (body) =>
    new Promise((resolve, reject) => {
      pool.dispatch({ path, method: 'POST', headers: HEADERS, body }, new Reading(resolve, reject));
    });
}

class Reading {
  #chunks = [];

  constructor(resolve, reject) {
    this.resolve = resolve;
    this.reject = reject;
  }

  onRequestStart() {}
  onResponseStart() {}
  onResponseData(_controller, chunk) {
    this.#chunks.push(chunk);
  }
  onResponseEnd() {
    try {
      const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
      this.resolve(JSON.parse(bytes.utf8Slice(0, bytes.length)));
    } catch (error) {
      this.reject(error);
    }
  }
  onResponseError(_controller, error) {
    this.reject(error);
  }
}
