import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const outDir = join(import.meta.dirname, '../../dist/web');

/** Assets are compressed once, here, and served as they are: the server spends nothing on it. */
function preCompress(): Plugin {
  return {
    name: 'pre-compress',
    apply: 'build',
    closeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg)$/.test(entry)) continue;
        const path = join(outDir, entry);
        const content = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
      }
    },
  };
}

/** Tells early.js which files the page of a product is in, so that they come beside the main ones. */
function nameProductPage(): Plugin {
  return {
    name: 'name-product-page',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const names = Object.keys(bundle ?? {});
        const files = names.filter((name) => /^assets\/product-page-.*\.(js|css)$/.test(name));
        if (files.length === 0) throw new Error('the build has no page of a product');
        const listed = files.map((file) => `/${file}`).join(' ');
        return html.replace('data-product-page=""', `data-product-page="${listed}"`);
      },
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), nameProductPage(), preCompress()],
  build: {
    outDir,
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    // Small images as data URLs would need `img-src data:`; a file costs nothing on HTTP/1.1 either.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What several pages share is one file, there from the start: a dozen small ones would stand
        // in the queue before the page's own data.
        codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
      },
    },
  },
  server: {
    port: 5173,
    proxy: { '/api': 'http://127.0.0.1:8080', '/status': 'http://127.0.0.1:8080' },
  },
});
