#!/usr/bin/env bash
# Set-up steps of the Makefile: `python VENV REQUIREMENTS`, `node`, `system`. Says in one line what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "缺少：$1" >&2; exit 1; }

find_python() {
  for name in python3.13 python3.12 python3.11 python3 python; do
    if command -v "$name" >/dev/null 2>&1 &&
       "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      echo "$name"; return
    fi
  done
  fail "Python 3.11、3.12 或 3.13（https://www.python.org）"
}

python_step() {
  local venv=$1 requirements=$2
  if [ ! -x "$venv/bin/python" ]; then
    local python; python=$(find_python)
    echo "· 建立 Python 环境（$("$python" --version 2>&1)）"
    "$python" -m venv "$venv" 2>/dev/null || {
      rm -rf "$venv"
      as_root_install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" \
        || fail "Python 的 venv 模块（Debian：apt-get install python3-venv）"
      "$python" -m venv "$venv"
    }
  fi
  echo "· 安装 $requirements"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --progress-bar on -r "$requirements" \
    2> >(grep -v 'is ignored: it is neither a file nor a directory' >&2) \
    || fail "能用的软件包源（pip 安装失败，原因见上）"
}

node_step() {
  command -v node >/dev/null 2>&1 || fail "Node 20 或更新版本（https://nodejs.org）"
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || fail "Node 20 或更新版本（现在是 $(node --version)）"
  echo "· 安装网页文件（npm ci）"
  npm ci --silent --no-audit --no-fund || fail "能用的 npm 源（npm ci 失败）"
}

# As root: installs Debian packages; otherwise says no.
as_root_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
  echo "· 安装系统软件：$*"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

system_step() {
  local missing=()
  command -v chromium >/dev/null 2>&1 || missing+=(chromium)
  fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk fontconfig)
  command -v initdb >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  [ ${#missing[@]} = 0 ] && return
  as_root_install "${missing[@]}" || fail "${missing[*]}（测试需要；Debian：sudo apt-get install ${missing[*]}）"
}

case "$1" in
  python) python_step "$2" "$3" ;;
  node) node_step ;;
  system) system_step ;;
  *) fail "用法：setup.sh python|node|system" ;;
esac
