/* A disk that fails when it is told to: preloaded, it lets calls below one folder fail, be cut short, or hang.
   cc -shared -fPIC -O1 -o faulty_disk.so faulty_disk.c -ldl; the trials steer it by faulty_disk(...) through ctypes, or, from
   outside of the process, by a file (see `stalls`). */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[PATH_MAX], calls[512], apart[64];
static int error_number, nth, once, hanging, seen, hits;

/* From the n-th call on (counted from 1; only that one if `only`) those named in `which` (" open write ") fail with `error`;
   error 0 with write: half of the bytes are taken, then no room. `hang`: seconds to wait first. An empty folder: all is well. */
void faulty_disk(const char *where, const char *which, int error, int n, int only, int hang, const char *but) {
  snprintf(calls, sizeof calls, "%s", which);
  snprintf(apart, sizeof apart, "%s", but);
  error_number = error, nth = n, once = only, hanging = hang, seen = hits = 0;
  snprintf(folder, sizeof folder, "%s", where);
}
int faulty_disk_hits(void) { return hits; }
int faulty_disk_seen(void) { return seen; }

static int below(const char *path) {
  size_t size = strlen(folder);
  return size && !strncmp(path, folder, size) && (path[size] == '/' || !path[size]) && !(*apart && strstr(path, apart));
}

/* While the file $FAULTY_DISK_CONTROL/armed is there, which says "turn n error folder calls", calls hang from the n-th on (counted
   anew for each turn); those below the folder whose names are in calls ("open,write,"). What hangs is named in .../hung. When the
   file is gone they are carried out, or fail with `error` if that is not 0; with a negative one they fail at once. */
static char armed[PATH_MAX], hung[PATH_MAX];
static int control(const char *path, int flags) { return syscall(SYS_openat, AT_FDCWD, path, flags, 0600); }
static int is_armed(char *said, size_t size) {
  int handle = control(armed, O_RDONLY);
  if (handle < 0) return 0;
  ssize_t got = syscall(SYS_read, handle, said, size - 1);
  syscall(SYS_close, handle);
  if (got <= 0) return 0;
  said[got] = 0;
  return 1;
}
static __attribute__((constructor)) void find_control(void) {
  const char *where = getenv("FAULTY_DISK_CONTROL");
  if (!where) return;
  snprintf(armed, sizeof armed, "%s/armed", where);
  snprintf(hung, sizeof hung, "%s/hung", where);
}
static int stalls(const char *call, const char *path, int given) {
  static int turn_before, passed;
  char said[PATH_MAX], where[PATH_MAX], which[512], named[34], link[64], real_path[PATH_MAX];
  int turn, n, error, handle;
  if (!*armed || !is_armed(said, sizeof said)) return 0;
  if (sscanf(said, "%d %d %d %4000s %500s", &turn, &n, &error, where, which) != 5) return 0;
  snprintf(named, sizeof named, ",%s,", call);
  if (!strstr(which, named)) return 0;
  if (!path) {
    snprintf(link, sizeof link, "/proc/self/fd/%d", given);
    ssize_t size = readlink(link, real_path, sizeof real_path - 1);
    if (size < 0) return 0;
    real_path[size] = 0, path = real_path;
  }
  size_t size = strlen(where);
  if (strncmp(path, where, size) || (path[size] && path[size] != '/')) return 0;
  if (turn != turn_before) turn_before = turn, passed = 0;
  if (__sync_add_and_fetch(&passed, 1) < n) return 0;
  if ((handle = control(hung, O_WRONLY | O_CREAT | O_APPEND)) >= 0) {
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%d %s %s\n", turn, call, path);
    syscall(SYS_write, handle, line, (size_t)length);
    syscall(SYS_close, handle);
  }
  while (error >= 0 && is_armed(said, sizeof said)) usleep(5000);
  errno = abs(error);
  return error != 0;
}
static int is_told_to_fail(const char *call, const char *path) {
  char named[32];
  if (!*folder || !path || !below(path)) return 0;
  snprintf(named, sizeof named, " %s ", call);
  if (!strstr(calls, named)) return 0;
  seen++;
  if (once ? seen != nth : seen < nth) return 0;
  hits++;
  if (hanging) sleep(hanging);
  if (hanging && !error_number) return 0;
  errno = error_number ? error_number : ENOSPC;
  return 1;
}
static int fails(const char *call, const char *path) {
  return (path && stalls(call, path, 0)) || is_told_to_fail(call, path);
}
static int fails_at(const char *call, int handle) {
  char link[64], path[PATH_MAX];
  if (stalls(call, NULL, handle)) return 1;
  if (!*folder) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = 0;
  return is_told_to_fail(call, path);
}
#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, #name)

#define OPEN(name)                                                                    \
  int name(const char *path, int flags, ...) {                                        \
    REAL(int, name, const char *, int, ...);                                          \
    va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
    if (fails("open", path)) return -1;                                               \
    return real(path, flags, mode);                                                   \
  }
OPEN(open) OPEN(open64)
#define OPENAT(name)                                                                  \
  int name(int at, const char *path, int flags, ...) {                                \
    REAL(int, name, int, const char *, int, ...);                                     \
    va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
    if (fails("open", path)) return -1;                                               \
    return real(at, path, flags, mode);                                               \
  }
OPENAT(openat) OPENAT(openat64)
ssize_t write(int handle, const void *data, size_t size) {
  REAL(ssize_t, write, int, const void *, size_t);
  if (size && fails_at("write", handle)) {
    if (error_number || size < 2 || hits != 1) return -1;
    return real(handle, data, size / 2);
  }
  return real(handle, data, size);
}
#define PWRITE(name, off)                                                             \
  ssize_t name(int handle, const void *data, size_t size, off at) {                   \
    REAL(ssize_t, name, int, const void *, size_t, off);                              \
    return fails_at("pwrite", handle) ? -1 : real(handle, data, size, at);            \
  }
PWRITE(pwrite, off_t) PWRITE(pwrite64, off64_t)
ssize_t read(int handle, void *data, size_t size) {
  REAL(ssize_t, read, int, void *, size_t);
  return fails_at("read", handle) ? -1 : real(handle, data, size);
}
#define PREAD(name, off)                                                              \
  ssize_t name(int handle, void *data, size_t size, off at) {                         \
    REAL(ssize_t, name, int, void *, size_t, off);                                    \
    return fails_at("pread", handle) ? -1 : real(handle, data, size, at);             \
  }
PREAD(pread, off_t) PREAD(pread64, off64_t)
#define BY_HANDLE(name, called)                                                       \
  int name(int handle) { REAL(int, name, int); return fails_at(called, handle) ? -1 : real(handle); }
BY_HANDLE(fsync, "fsync") BY_HANDLE(fdatasync, "fsync")
#define CUT(name, off)                                                                \
  int name(int handle, off size) { REAL(int, name, int, off); return fails_at("ftruncate", handle) ? -1 : real(handle, size); }
CUT(ftruncate, off_t) CUT(ftruncate64, off64_t)
#define TWO(name)                                                                     \
  int name(const char *from, const char *to) {                                        \
    REAL(int, name, const char *, const char *);                                      \
    return fails(#name, to) ? -1 : real(from, to);                                    \
  }
TWO(rename) TWO(link)
int linkat(int a, const char *from, int b, const char *to, int flags) {
  REAL(int, linkat, int, const char *, int, const char *, int);
  return fails("link", to) ? -1 : real(a, from, b, to, flags);
}
int unlink(const char *path) { REAL(int, unlink, const char *); return fails("unlink", path) ? -1 : real(path); }
int mkdir(const char *path, mode_t mode) { REAL(int, mkdir, const char *, mode_t); return fails("mkdir", path) ? -1 : real(path, mode); }
#define STAT(name, type)                                                              \
  int name(const char *path, struct type *into) {                                     \
    REAL(int, name, const char *, struct type *);                                     \
    return fails("stat", path) ? -1 : real(path, into);                               \
  }
STAT(stat, stat) STAT(stat64, stat64)
STAT(lstat, stat) STAT(lstat64, stat64)
int access(const char *path, int mode) { REAL(int, access, const char *, int); return fails("access", path) ? -1 : real(path, mode); }
DIR *opendir(const char *path) { REAL(DIR *, opendir, const char *); return fails("list", path) ? NULL : real(path); }
