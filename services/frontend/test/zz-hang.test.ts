import { it } from '@jest/globals';
import { startTestFrontend } from '/work/main/services/frontend/test/start-test-frontend.ts';
it('x', async () => {
  const f = await startTestFrontend();
  let closed = false;
  f.api.answer = (_r, response) => { response.once('close', () => (closed = true)); response.writeHead(200, { 'content-type': 'text/csv' }).write('first\n'); };
  const { cookies } = await f.loggedIn();
  const cookie = [...cookies].map((p) => p.join('=')).join('; ');
  const c = new AbortController();
  await fetch(`${f.baseUrl}/bff/api/jobs/1`, { headers: { cookie }, signal: c.signal });
  c.abort();
  for (let i = 0; i < 100 && !closed; i++) await new Promise((r) => setTimeout(r, 20));
  console.log('closed', closed, process.getActiveResourcesInfo());
  await new Promise((r) => setTimeout(r, 500));
  console.log(process.getActiveResourcesInfo());
  const t = setTimeout(() => { console.log('still', process.getActiveResourcesInfo()); const s = (globalThis as any).__steps; console.log(s); }, 5000);
  const st = Date.now(); (globalThis as any).__log = (m: string) => console.log(m, Date.now() - st); await f.stop(); clearTimeout(t);
}, 20000);
