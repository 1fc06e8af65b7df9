# The classic builder and BuildKit both build this; docs/decisions/0010-image.md says why it is as it is.
ARG BASE_IMAGE=node:24-bookworm-slim

# What runs, from the lockfile alone: npm ci refuses one that is out of step with package.json.
FROM ${BASE_IMAGE} AS production
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
# The base has Node, so the one that the lockfile carries stays out; nothing reads maps, types and tests.
RUN npm ci --omit=dev --loglevel=error \
 && rm -rf node_modules/node-linux-* node_modules/.bin \
 && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
 && find node_modules -type d \( -name test -o -name tests -o -name __tests__ -o -name benchmarks \) -prune -exec rm -rf {} +

FROM production AS build
RUN npm ci --loglevel=error
COPY . .
RUN npm run build --silent \
 && rm -rf dist/.tsbuildinfo dist/.types dist/web/.vite \
 && find dist -name '*.d.ts' -delete \
 && chmod 755 dist/cli/main.js

FROM ${BASE_IMAGE} AS program
# initdb asks who it is: the user needs a name.
RUN groupadd --gid 10001 parstock \
 && useradd --uid 10001 --gid 10001 --home-dir /cache --no-create-home --shell /usr/sbin/nologin parstock \
 && install -d -o 10001 -g 10001 -m 0750 /data /cache /backups \
 && ln -s /app/dist/cli/main.js /usr/local/bin/parstock
WORKDIR /app
COPY --from=production /app/node_modules ./node_modules
COPY LICENSE NOTICE package.json ./
COPY --from=build /app/dist ./dist
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/app/compiled \
    PARSTOCK_HOST=0.0.0.0 \
    PARSTOCK_DATA_DIR=/data \
    PARSTOCK_CACHE_DIR=/cache \
    PARSTOCK_BACKUP_DIR=/backups \
    PARSTOCK_LOG_LEVEL=info

FROM program
USER 10001:10001
VOLUME ["/data", "/cache", "/backups"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["parstock", "healthcheck"]
ENTRYPOINT ["parstock"]
CMD ["serve"]
