/** The grant by which development tools get a token for a persona without a log-in page. */
export const PERSONA_GRANT = 'urn:yichuang:grant:sandbox-persona';
/** The public client of both flows. Redirects may go to any port of this machine, path `/callback` or `/console/callback`. */
export const SANDBOX_CLIENT = 'sandbox';
/** Audience of the tokens: the hub's identifier. */
export const DEFAULT_AUDIENCE = 'https://hub.yichuang.local';
/** Authentication context class of a token whose holder was looked at anew when it was asked for. */
export const STEP_UP_ACR = 'urn:yichuang:acr:step-up';
