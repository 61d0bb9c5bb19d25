import { IncomingMessage } from 'node:http';

/**
 * A request that is only taken for an upgrade when it asks for WebSocket. Once a server listens for upgrades, Node hands it every request
 * that offers one instead of answering it, and Java's HttpClient offers HTTP/2 (`Upgrade: h2c`) with each request to a plain address.
 */
export class UpgradableMessage extends IncomingMessage {
  // Written by the base's constructor already, so it can be neither private to this class nor initialised.
  declare upgradeOffered: boolean | null;

  get upgrade(): boolean {
    return this.upgradeOffered === true && this.headers.upgrade?.toLowerCase() === 'websocket';
  }

  set upgrade(offered: boolean | null) {
    this.upgradeOffered = offered;
  }
}
