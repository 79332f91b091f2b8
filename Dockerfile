FROM node:24-slim

ENV NODE_ENV=production BULKHEAD_HOST=0.0.0.0 BULKHEAD_DATA_DIR=/data
WORKDIR /app

# Not `npm ci`: it refuses a lock file without the optional binaries of other platforms (docs/decisions/0003).
COPY package.json package-lock.json .npmrc ./
RUN npm install --no-save --omit=dev && npm cache clean --force

COPY LICENSE ./
COPY bin bin
COPY migrations migrations
COPY models models
COPY examples examples
COPY src src

# A new named volume takes over this folder's owner.
RUN mkdir --mode=700 /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8620

HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8620/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/bulkhead.mjs"]
CMD ["serve"]
