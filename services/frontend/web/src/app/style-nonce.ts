/**
 * The nonce this page was answered with. Style elements made at run time must carry it; react-remove-scroll (inside Mantine's
 * overlays) looks for it under webpack's global name.
 */
export function readStyleNonce(): string {
  const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';
  Object.assign(globalThis, { __webpack_nonce__: nonce });
  return nonce;
}
