# Sourced by run, after `npm ci`: the optional packages, which are WebGPU and OpenCV's and TensorFlow's bindings. Those two
# hold compiled code, which is kept outside the checkout, a folder a version, Node ABI and OpenCV, so that only the first run
# compiles. Where one cannot be had, the reason goes into MOODSTAT_NO_OPENCV, MOODSTAT_NO_TFJS_NODE or
# MOODSTAT_NO_WEBGPU: its tests are skipped and say so.
kept=${XDG_CACHE_HOME:-$HOME/.cache}/moodstat-ci
peer_version() { node -p "require('./package.json').peerDependencies['$1'].replace(/^[~^]/, '')"; }
loads() { node -e "require('$1')" >/dev/null 2>&1; }

opencv=node_modules/@u4/opencv4nodejs
tfjs=node_modules/@tensorflow/tfjs-node
opencv_version=$(peer_version @u4/opencv4nodejs)
tfjs_version=$(peer_version @tensorflow/tfjs-node)
npm install --no-save --save-dev --ignore-scripts --no-audit --no-fund --silent \
  "@u4/opencv4nodejs@$opencv_version" "@tensorflow/tfjs-node@$tfjs_version" \
  "webgpu@$(peer_version webgpu)" "@tensorflow/tfjs-backend-webgpu@$(peer_version @tensorflow/tfjs-backend-webgpu)" || true

export OPENCV4NODEJS_DISABLE_AUTOBUILD=1
have_opencv() {
  install_debian g++ make python3 pkg-config libopencv-dev || { reason='libopencv-dev cannot be installed'; return 1; }
  local folder
  folder=$kept/opencv4nodejs-$opencv_version-$(node -p '`${process.arch}-abi${process.versions.modules}`')-opencv-$(pkg-config --modversion opencv4)
  if [ -f "$folder/opencv4nodejs.node" ]; then
    mkdir -p "$opencv/build/Release" && cp "$folder/opencv4nodejs.node" "$opencv/build/Release/"
  else
    echo 'compiling the bindings of OpenCV: some minutes, this once'
    JOBS=$(nproc) npm rebuild @u4/opencv4nodejs >var/opencv.log 2>&1 || { reason='it does not compile, see var/opencv.log'; return 1; }
    mkdir -p "$folder" && cp "$opencv/build/Release/opencv4nodejs.node" "$folder/"
  fi
  loads @u4/opencv4nodejs || { reason='it does not load'; return 1; }
}

have_tfjs_node() {
  local folder=$kept/tfjs-node-$tfjs_version-$(node -p '`${process.arch}-napi${Math.min(8, process.versions.napi)}`')
  # Its own script fetches TensorFlow's library; another installer may do so where that place cannot be reached.
  local installer=${MOODSTAT_TFJS_NODE_INSTALLER:-$(ls ../*/tools/install-tfjs-node 2>/dev/null | head -1)}
  if [ -d "$folder/deps" ]; then
    rm -rf "$tfjs/deps" "$tfjs/lib" && ln -s "$folder/deps" "$tfjs/deps" && cp -r "$folder/lib" "$tfjs/lib"
  else
    npm rebuild @tensorflow/tfjs-node >var/tfjs-node.log 2>&1 && loads @tensorflow/tfjs-node ||
      { [ -x "$installer" ] && "$installer" >>var/tfjs-node.log 2>&1; } ||
      { reason='its library cannot be fetched or built, see var/tfjs-node.log'; return 1; }
    rm -rf "$folder" && mkdir -p "$folder" && cp -rH "$tfjs/deps" "$tfjs/lib" "$folder/"
  fi
  loads @tensorflow/tfjs-node || { reason='it does not load'; return 1; }
}

have_opencv || export MOODSTAT_NO_OPENCV=$reason
have_tfjs_node || export MOODSTAT_NO_TFJS_NODE=$reason
# Without a GPU, WebGPU runs on the software Vulkan that Chromium brings along.
[ -n "${VK_DRIVER_FILES:-}" ] || install_debian chromium-common || export MOODSTAT_NO_WEBGPU='chromium-common cannot be installed'
