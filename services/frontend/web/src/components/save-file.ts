/**
 * Has the browser save what is at `url`, under the name that the answer gives it; the page stays. A navigation, so the content
 * security policy needs no further origin and no script sees the bytes; cookies stay with their host, and no Referer goes out.
 */
export function saveFile(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.rel = 'noreferrer';
  link.click();
}
