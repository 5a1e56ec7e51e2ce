import { readFileSync } from 'node:fs'; import { Agent } from 'node:https';
import * as C from '@aws-sdk/client-cognito-identity-provider';
import { signInBySrp } from './srp-client.ts';
import { Pool } from 'undici';
const p = JSON.parse(readFileSync('/tmp/torii/edge/home/platform.json', 'utf8'));
const client = new C.CognitoIdentityProviderClient({ endpoint: p.endpoints.cognito, region: p.region, credentials: { accessKeyId: 'x', secretAccessKey: 'y' }, requestHandler: { httpsAgent: new Agent({ ca: readFileSync(p.caFile) }) } });
const email = `u${Date.now()}@example.com`, password = 'Correct-horse-9', ClientId = p.userPoolClientId;
await client.send(new C.SignUpCommand({ ClientId, Username: email, Password: password, UserAttributes: [{ Name: 'email', Value: email }] }));
const mail = await (await fetch(`${p.mail}?to=${email}`, { headers: { accept: 'application/json' } })).json(); console.log(mail.messages[0]);
let t = performance.now(); await client.send(new C.ConfirmSignUpCommand({ ClientId, Username: email, ConfirmationCode: mail.messages[0].code })); console.log('confirm + trigger ms', Math.round(performance.now() - t));
t = performance.now(); const srp = await signInBySrp(client, { poolId: p.userPoolId, clientId: ClientId, username: email, password }); console.log('srp ms', Math.round(performance.now() - t));
const token = srp.AuthenticationResult.AccessToken;
const get = async (path, headers = {}, init = {}) => { const r = await fetch(p.api + path, { headers, ...init }); const b = await r.text(); console.log(init.method ?? 'GET', path, r.status, r.headers.get('content-type'), b.slice(0, 220)); return r; };
const A = { authorization: `Bearer ${token}` };
await get('/identity/me', A); await get('/identity/me'); await get('/identity/me', { authorization: `Bearer ${token.slice(0, -6)}AAAAAA` }); await get('/catalog/items?limit=2', A); await get('/jobs', A); await get('/nothing', A);
const made = await get('/catalog/items', { ...A, 'content-type': 'application/json' }, { method: 'POST', body: JSON.stringify({ sku: 'T-1', name: '東京タワー', description: 'x', category: 'books', price: { amountMinor: 1200, currency: 'JPY' }, status: 'listed', attributes: {} }) });
console.log('location', made.headers.get('location'));
await get('/catalog/items', { ...A, 'content-type': 'application/json' }, { method: 'POST', body: Buffer.alloc(11 * 1024 * 1024, 97) });
await get('/catalog/items', { ...A, 'content-type': 'application/json' }, { method: 'POST', body: '{bad' });
for (const path of ['/', '/identity/me', '/catalog/items']) { const r = await fetch(p.web + path); console.log('web', path, r.status, r.headers.get('content-type'), r.headers.get('x-cache'), r.headers.get('x-frame-options'), (await r.text()).length); }
const html = await (await fetch(p.web)).text(); const asset = /\/assets\/[\w.-]+\.js/.exec(html)?.[0]; console.log({ asset });
for (let i = 0; i < 2; i++) { const r = await fetch(p.web + asset); console.log(r.status, r.headers.get('x-cache'), r.headers.get('content-encoding'), r.headers.get('cache-control'), (await r.text()).length); }
async function bench(name, origin, path, headers, n = 3000, c = 16) {
  const pool = new Pool(origin, { connections: c }); const lat = []; let bad = 0; let left = n;
  const one = async () => { while (left-- > 0) { const t = performance.now(); const r = await pool.request({ method: 'GET', path, headers }); await r.body.dump(); if (r.statusCode !== 200) bad++; lat.push(performance.now() - t); } };
  left = 200; await Promise.all(Array.from({ length: c }, one)); lat.length = 0; left = n; const t0 = performance.now(); await Promise.all(Array.from({ length: c }, one)); const s = (performance.now() - t0) / 1000; lat.sort((a, b) => a - b);
  console.log(name.padEnd(34), Math.round(lat.length / s), 'req/s p50', lat[lat.length >> 1].toFixed(1), 'p99', lat[Math.floor(lat.length * 0.99)].toFixed(1), 'bad', bad); await pool.close();
}
const id = made.headers.get('location')?.split('/').at(-1);
const web = new URL(p.web).origin, api = new URL(p.api).origin;
await bench('web asset (cache hit)', web, asset, {}); await bench('web / (frontend)', web, '/', {});
await bench('api item by id', api, `/v1/catalog/items/${id}`, A, 900); await bench('api 401', api, '/v1/catalog/items', {}, 700);
if (process.env.CATALOG) await bench('catalog direct item by id', `http://127.0.0.1:${process.env.CATALOG}`, `/catalog/items/${id}`, A, 900);
process.exit(0);
