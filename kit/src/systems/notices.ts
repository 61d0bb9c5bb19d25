import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Something about a system that operators should know and no caller asked: a file refused, rows that cannot be used. Holds no personal data. */
export interface SystemNotice {
  readonly system: string;
  readonly event: string;
  /** True for what happens every day; everything else is for somebody to look at. */
  readonly routine: boolean;
  readonly facts: Readonly<Record<string, string | number>>;
}

const NAME = 'yichuang:system-notice';
const NOTICES = channel(NAME);

/** Tells whoever listens; connectors work beside questions and have no log of their own. */
export function notify(notice: SystemNotice): void {
  NOTICES.publish(notice);
}

/** Listens to the notices of all systems in this process. Returns how to stop. */
export function onNotice(listener: (notice: SystemNotice) => void): () => void {
  const receive = (message: unknown): void => {
    // Only `notify` publishes here.
    listener(message as SystemNotice);
  };
  subscribe(NAME, receive);
  return () => {
    unsubscribe(NAME, receive);
  };
}
