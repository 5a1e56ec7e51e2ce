import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Vendor code changes less often than ours: its own files stay in browsers' caches across releases. */
const VENDOR_CHUNKS = [
  { name: 'react', test: /node_modules[\\/](react|react-dom|react-router|scheduler|@tanstack)[\\/]/, priority: 2 },
  { name: 'i18n', test: /node_modules[\\/](i18next|react-i18next)[\\/]/, priority: 2 },
  // What several pages draw with, in one file instead of forty of a kilobyte.
  { name: 'ui', test: /node_modules[\\/]/, minShareCount: 2, priority: 1 },
  { name: 'shared', test: /web[\\/]src[\\/]/, minShareCount: 3 },
];

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    // The content security policy allows no data: scripts or fonts, so nothing is inlined.
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: VENDOR_CHUNKS } } },
  },
  // `npm run dev`: pages from Vite with hot reload, data from the running platform.
  server: { proxy: { '/bff': 'http://localhost:8000' } },
});
