import { spawn } from 'node:child_process'; import { once } from 'node:events';
import { startEdgeTrial } from './zz-edge-trial.ts'; import { Pool } from 'undici'; import { Session } from 'node:inspector/promises'; import { writeFileSync } from 'node:fs';
if (process.argv[2] === 'load') {
  const [, , , origin, path, n] = process.argv; const pool = new Pool(origin, { connections: 16 }); const lat = []; let left = Number(n), bad = 0;
  const one = async () => { while (left-- > 0) { const t = performance.now(); const r = await pool.request({ method: 'GET', path, headers: { authorization: 'Bearer good' } }); await r.body.dump(); if (r.statusCode !== 200) bad++; lat.push(performance.now() - t); } };
  const t0 = performance.now(); await Promise.all(Array.from({ length: 16 }, one)); const s = (performance.now() - t0) / 1000; lat.sort((a, b) => a - b);
  console.log(Math.round(lat.length / s), 'req/s p50', lat[lat.length >> 1].toFixed(1), 'p99', lat[Math.floor(lat.length * 0.99)].toFixed(1), 'bad', bad); process.exit(0);
}
const up = spawn(process.execPath, ['-e', `const b=JSON.stringify({items:Array.from({length:20},(_, i)=>({id:i,name:"item "+i}))});require('http').createServer((q,r)=>{r.setHeader('content-type','application/json');r.setHeader('content-length',b.length);r.end(b)}).listen(0,'127.0.0.1',function(){console.log(this.address().port)})`], { stdio: ['ignore', 'pipe', 'inherit'] });
const port = Number(String((await once(up.stdout, 'data'))[0]));
const trial = await startEdgeTrial({ burst: 1e9, upstreamPort: port });
const load = async (origin, path, n) => { const c = spawn(process.execPath, [import.meta.filename, 'load', origin, path, String(n)], { stdio: ['ignore', 'pipe', 'inherit'] }); let o = ''; c.stdout.on('data', (d) => (o += d)); await once(c, 'exit'); return o.trim(); };
console.log('direct', await load(`http://127.0.0.1:${port}`, '/x', 10000));
const session = new Session(); session.connect();
for (const [name, origin, path] of [['web', new URL(trial.web).origin, '/x'], ['api', new URL(trial.api).origin, '/v1/catalog/items']]) {
  await load(origin, path, 2000); await session.post('Profiler.enable'); if (process.env.PROF) await session.post('Profiler.start');
  const c0 = process.cpuUsage(); const n = 10000; const out = await load(origin, path, n); const c = process.cpuUsage(c0); console.log(name, out, 'cpu µs/req', Math.round((c.user + c.system) / n));
  if (process.env.PROF) { const { profile } = await session.post('Profiler.stop'); const self = new Map(); const byId = new Map(profile.nodes.map((x) => [x.id, x])); profile.samples.forEach((id, i) => { const f = byId.get(id).callFrame; const k = `${f.functionName || '(anon)'} ${f.url.split('/').slice(-2).join('/')}:${f.lineNumber}`; self.set(k, (self.get(k) ?? 0) + profile.timeDeltas[i]); }); for (const [k, v] of [...self].sort((a, b) => b[1] - a[1]).slice(0, 28)) console.log('   ', Math.round(v / n * 10) / 10, 'µs', k); }
}
await trial.stop(); up.kill(); process.exit(0);
