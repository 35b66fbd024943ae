# moodstat with ffmpeg, for x64 and arm64. docs/containers.md tells how it is run.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Only the compiler's part of the development dependencies is needed, but only all of them are locked.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run -s build \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 # ONNX Runtime brings libraries for every system there is; this image needs one.
 && find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 -type d ! -path "*/linux/$(node -p process.arch)" -prune -exec rm -rf {} +

FROM node:24-bookworm-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends ffmpeg >/dev/null \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir /state && chown node:node /state
ENV NODE_ENV=production \
    STATE_DIRECTORY=/state \
    MOODSTAT_HEARTBEAT=/tmp/moodstat-heartbeat
WORKDIR /app
COPY package.json LICENSE ./
COPY config config
COPY models models
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
VOLUME /state
# The daemon touches the file every ten seconds while it is alive; to ask it over a network would cost more than it tells.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=2 \
  CMD ["sh", "-c", "test $(($(date +%s) - $(stat -c %Y \"$MOODSTAT_HEARTBEAT\"))) -lt 30"]
ENTRYPOINT ["node", "dist/main.js"]
CMD ["run", "--config", "/app/config/moodstat.yaml"]
