# moodstat with ffmpeg, for x64 and arm64. docs/containers.md tells how it is run. The target opencv-tensorflow has OpenCV
# and TensorFlow inside, too. Without BuildKit name the target (moodstat): the old builder makes every stage up to it.

# What is shipped.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 # ONNX Runtime brings libraries for every system there is; this image needs one.
 && find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 -type d ! -path "*/linux/$(node -p process.arch)" -prune -exec rm -rf {} +

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run -s build

# Debian's ffmpeg brings 680 MB along, most of it for drawing on screens; the program itself loads 240 MB.
FROM node:24-bookworm-slim AS ffmpeg
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends ffmpeg >/dev/null
RUN ldd /usr/bin/ffmpeg | grep -o '/[^ ]*' | while read -r library; do \
      folder=/ffmpeg$(realpath "$(dirname "$library")") && mkdir -p "$folder" && cp -L "$library" "$folder"; \
    done \
 && mkdir -p /ffmpeg/usr/bin && cp /usr/bin/ffmpeg /ffmpeg/usr/bin

FROM node:24-bookworm-slim AS moodstat
# Drivers for decoding by the graphics chip, such as intel-media-va-driver or mesa-va-drivers; none unless asked for.
ARG VA_DRIVERS=
COPY --from=ffmpeg /ffmpeg /
RUN ldconfig && ffmpeg -hide_banner -version >/dev/null \
 && if [ -n "$VA_DRIVERS" ]; then \
      apt-get update -qq && apt-get install -y -qq --no-install-recommends $VA_DRIVERS >/dev/null \
      && rm -rf /var/lib/apt/lists/*; \
    fi \
 && mkdir /state && chown node:node /state
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=2 \
    MALLOC_ARENA_MAX=2 \
    STATE_DIRECTORY=/state \
    MOODSTAT_HEARTBEAT=/tmp/moodstat-heartbeat
WORKDIR /app
COPY package.json LICENSE ./
COPY config config
COPY models/demo models/demo
COPY models/face models/face
COPY models/emotion/*.* models/emotion/
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
VOLUME /state
# The daemon touches the file every ten seconds while it is alive; to ask it over a network would cost more than it tells.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=2 \
  CMD ["sh", "-c", "test $(($(date +%s) - $(stat -c %Y \"$MOODSTAT_HEARTBEAT\"))) -lt 30"]
ENTRYPOINT ["node", "dist/main.js"]
CMD ["run", "--config", "/app/config/moodstat.yaml"]

# The optional packages, compiled. They lie a folder above the daemon's own, where Node looks as well.
FROM node:24-bookworm AS addons
ARG OPENCV4NODEJS=7.1.2
ARG TFJS=4.22.0
# Node's headers come with the image; node-gyp would fetch them. The bindings only pass calls on: -O1 saves minutes.
ENV OPENCV4NODEJS_DISABLE_AUTOBUILD=1 npm_config_nodedir=/usr/local CXXFLAGS=-O1
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libopencv-objdetect-dev libopencv-videoio-dev >/dev/null \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /addons
# What is bound is what OpenCV's own header lists: of that, no more than is used.
RUN sed -i -E '/define HAVE_OPENCV_/{/_(CORE|HIGHGUI|IMGCODECS|IMGPROC|OBJDETECT|VIDEOIO)$/!d}' "$(find /usr/include -name opencv_modules.hpp)"
RUN npm install --ignore-scripts --no-audit --no-fund --silent @u4/opencv4nodejs@$OPENCV4NODEJS \
 && (JOBS=$(nproc) npm rebuild @u4/opencv4nodejs >/tmp/build.log 2>&1 || (tail -30 /tmp/build.log; exit 1)) \
 && rm -rf node_modules/@u4/opencv4nodejs/build/Release/obj.target node_modules/@u4/opencv4nodejs/cc
# TensorFlow's library is fetched by the package's own script; where that fails, TensorFlow.js runs on WebAssembly.
RUN npm install --no-audit --no-fund --silent @tensorflow/tfjs-node@$TFJS \
 || { echo "tfjs-node does not install here: WebAssembly takes its place" \
 && npm install --no-audit --no-fund --silent @tensorflow/tfjs@$TFJS @tensorflow/tfjs-backend-wasm@$TFJS; }

FROM moodstat AS opencv-tensorflow
USER root
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libopencv-highgui406 libopencv-objdetect406 libopencv-videoio406 >/dev/null \
 && rm -rf /var/lib/apt/lists/*
COPY models/emotion/tfjs models/emotion/tfjs
COPY --from=addons /addons/node_modules /node_modules
USER node

# What is built when no target is named.
FROM moodstat
