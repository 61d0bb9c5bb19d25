import type { IncomingMessage } from 'node:http';
import type { SandboxAccount } from './accounts.js';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
form{display:grid;gap:.5rem;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr))}
button{font:inherit;text-align:left;padding:.6rem .8rem;border:1px solid #888;border-radius:.4rem;background:#fff;color:#111;cursor:pointer}
button:hover,button:focus-visible{border-color:#0a58ca;outline:2px solid #0a58ca}small{display:block;color:#555}`;

/** The log-in page: choose who you are. Nothing in it comes from another server, and it names no citizen number. */
export function loginPage(accounts: readonly SandboxAccount[], action: string): string {
  const choices = accounts.map(
    ({ key, title }) =>
      `<button name="persona" value="${escapeHtml(key)}"><span lang="zh">${escapeHtml(title.zh)}</span><small>${escapeHtml(title.en)} · ${escapeHtml(key)}</small></button>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sandbox log-in</title><style>${STYLE}</style></head><body><main><h1><span lang="zh">沙箱登录</span> · Sandbox log-in</h1>
<p>Everybody here is synthetic. Choose who you are.</p><form method="post" action="${escapeHtml(action)}">
<label><input type="checkbox" name="step_up" value="true"> <span lang="zh">已通过人脸核验</span><small>Looked at anew: steps up for ten minutes</small></label>
${choices.join('\n')}</form></main></body></html>`;
}

const LARGEST_FORM = 4096;

/** What was chosen on the log-in page. */
interface Choice {
  readonly persona: string | undefined;
  /** As if the person had been looked at anew. */
  readonly stepUp: boolean;
}

/** Reads a posted log-in form. One that is too large chose nobody. */
export async function choiceIn(request: IncomingMessage): Promise<Choice> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    body += chunk;
    if (body.length > LARGEST_FORM) return { persona: undefined, stepUp: false };
  }
  const form = new URLSearchParams(body);
  return { persona: form.get('persona') ?? undefined, stepUp: form.get('step_up') === 'true' };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
