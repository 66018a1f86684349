// What this repository needs from the machine: how to see that it is there, and who provides it.
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

/** Full path of a program on PATH (or in the extra directories), or undefined. */
export function which(program, extraDirectories = []) {
  const directories = [...(process.env.PATH ?? '').split(path.delimiter), ...extraDirectories];
  return directories.filter(Boolean).map((directory) => path.join(directory, program)).find(isExecutable);
}

function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

const anyFile = (...files) => files.find((file) => fs.existsSync(file));
const INCLUDE_DIRECTORIES = ['/usr/include', '/usr/local/include', '/opt/homebrew/include'];
const header = (name) => anyFile(...INCLUDE_DIRECTORIES.map((directory) => path.join(directory, name)));
const emsdkDirectories = () => (process.env.EMSDK ? [path.join(process.env.EMSDK, 'upstream', 'emscripten')] : []);

function cmakeAtLeast(major, minor) {
  const cmake = which('cmake');
  if (!cmake) return undefined;
  const version = /version (\d+)\.(\d+)/.exec(spawnSync(cmake, ['--version'], { encoding: 'utf8' }).stdout ?? '');
  if (!version) return undefined;
  const [has, needs] = [Number(version[1]) * 1000 + Number(version[2]), major * 1000 + minor];
  return has >= needs ? cmake : undefined;
}

/** The browser the tests drive: $CHROMIUM_PATH, or the first Chromium or Chrome on PATH. */
export function findChromium() {
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH) return isExecutable(CHROMIUM_PATH) ? CHROMIUM_PATH : undefined;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return names.map((name) => which(name)).find(Boolean);
}

const buildTools = [
  {
    name: 'Emscripten (emcc)',
    why: 'compiles the engine to WebAssembly',
    packages: ['emscripten'],
    elsewhere: 'an emsdk from https://emscripten.org, with emcc on PATH or EMSDK set to its directory',
    find: () => which('emcc', emsdkDirectories()),
  },
  {
    name: 'CMake 3.21 or newer',
    why: 'configures the C++ build',
    packages: ['cmake'],
    elsewhere: 'https://cmake.org/download',
    find: () => cmakeAtLeast(3, 21),
  },
  {
    name: 'Ninja',
    why: 'runs the C++ build',
    packages: ['ninja-build'],
    elsewhere: 'https://ninja-build.org',
    find: () => which('ninja') ?? which('ninja-build'),
  },
  {
    name: 'nlohmann/json headers',
    why: 'reads definitions in the engine',
    packages: ['nlohmann-json3-dev'],
    elsewhere: 'nlohmann-json 3.11 in /usr/local/include or /opt/homebrew/include',
    find: () => header('nlohmann/json.hpp'),
  },
];

/** A clang++ that has this runtime library, such as `asan`; undefined where there is none. */
function clangWith(runtime) {
  const clang = which('clang++');
  if (!clang) return undefined;
  const { stdout } = spawnSync(clang, ['-print-resource-dir'], { encoding: 'utf8' });
  const libraries = path.join((stdout ?? '').trim(), 'lib');
  const files = fs.existsSync(libraries) ? fs.readdirSync(libraries, { recursive: true }) : [];
  return files.some((file) => String(file).includes(`libclang_rt.${runtime}`)) ? clang : undefined;
}

const coreTestTools = [
  {
    name: 'a C++20 compiler (c++)',
    why: 'compiles the engine natively, to compare with the one in WebAssembly',
    packages: ['g++'],
    elsewhere: 'g++ 12 or clang 14, or newer',
    find: () => which('c++'),
  },
  {
    name: 'clang with AddressSanitizer',
    why: "compiles the engine's native tests",
    packages: ['clang', 'libclang-rt-dev'],
    elsewhere: 'clang 14 or newer with its sanitizers',
    find: () => clangWith('asan'),
  },
  {
    name: 'GoogleTest',
    why: "runs the engine's native tests",
    packages: ['libgtest-dev'],
    elsewhere: 'GoogleTest installed where CMake finds it',
    find: () => header('gtest/gtest.h'),
  },
  {
    name: "GoogleTest's sources",
    why: "runs the engine's tests as WebAssembly",
    packages: ['googletest'],
    elsewhere: 'GoogleTest unpacked in /usr/src/googletest',
    find: () => anyFile('/usr/src/googletest/googletest/src/gtest-all.cc'),
  },
  {
    name: 'RE2',
    why: 'is what our regular expressions are compared with',
    packages: ['libre2-dev'],
    elsewhere: 'RE2 and its headers',
    find: () => header('re2/re2.h'),
  },
];

function pythonWithVenv() {
  const python = which('python3');
  return python && spawnSync(python, ['-c', 'import ensurepip, venv']).status === 0 ? python : undefined;
}

/** A program that not every system has: needed only where it can be installed. */
const whereInstallable = (program) => which(program) ?? (which('apt-get') ? undefined : 'not needed');

const serverTestTools = [
  {
    name: 'Python 3 with venv',
    why: 'runs the real Signals SDK against the server',
    packages: ['python3', 'python3-venv'],
    elsewhere: 'Python 3.11 or newer with venv and pip',
    find: pythonWithVenv,
  },
  {
    name: 'Redis 7',
    why: 'is what several servers share, in tests and in npm run bench:server -- --redis',
    packages: ['redis-server'],
    elsewhere: 'Redis 7 or newer, with redis-server and redis-cli on PATH',
    find: () => which('redis-server') && which('redis-cli'),
  },
  {
    name: 'systemd-analyze',
    why: "checks the server's unit",
    packages: ['systemd'],
    elsewhere: 'systemd; without it that test is skipped',
    find: () => whereInstallable('systemd-analyze'),
  },
  {
    name: 'strace',
    why: 'sees that the server syncs before it answers',
    packages: ['strace'],
    elsewhere: 'strace; without it that test is skipped',
    find: () => whereInstallable('strace'),
  },
  {
    name: 'prlimit and unshare',
    why: 'give the server a disk that fails, and one that is full',
    packages: ['util-linux'],
    elsewhere: 'util-linux; without it these tests are skipped',
    find: () => whereInstallable('prlimit') && whereInstallable('unshare'),
  },
];

const browserTools = [
  {
    name: 'Chromium',
    why: 'runs the plugin and the shop in a real browser',
    packages: ['chromium'],
    elsewhere: 'Chromium or Chrome on PATH, or CHROMIUM_PATH set to its executable',
    find: findChromium,
  },
];

const extraTools = [
  {
    name: 'Google Benchmark',
    why: 'runs the native benchmarks',
    packages: ['libbenchmark-dev'],
    elsewhere: 'Google Benchmark installed where CMake finds it',
    find: () => header('benchmark/benchmark.h'),
  },
  {
    name: 'clang with libFuzzer',
    why: 'runs the fuzz targets',
    packages: ['clang', 'libclang-rt-dev'],
    elsewhere: 'clang 14 or newer with libFuzzer',
    find: () => clangWith('fuzzer'),
  },
];

/** What each kind of work needs. */
export const toolSets = {
  build: buildTools,
  core: [...buildTools, ...coreTestTools],
  js: [...buildTools, ...serverTestTools, ...browserTools],
  simulation: buildTools,
  browser: [...buildTools, ...browserTools],
  test: [...buildTools, ...coreTestTools, ...serverTestTools, ...browserTools],
  all: [...buildTools, ...coreTestTools, ...serverTestTools, ...browserTools, ...extraTools],
};

export const missingTools = (tools) => tools.filter((tool) => !tool.find());
