// One child process and our ends of its pipes; the part of process.h that talks to the system.
#pragma once

#include <sys/types.h>

#include "lang/os/descriptor.h"
#include "lang/os/process.h"

namespace weft {

class Child {
 public:
  [[nodiscard]] static auto start(const ProcessRequest& request) -> Result<Child>;
  Child(Child&&) noexcept;
  auto operator=(Child&&) -> Child& = delete;
  // Kills the group and takes the child's status if that was not done.
  ~Child();

  // Readable when the child has ended.
  [[nodiscard]] auto ended_fd() const -> int { return pidfd_.get(); }
  // To every process of the group. Good until reap(): till then the number belongs to nobody else.
  void signal_group(int signo) const;
  // Takes the status of a child that has ended.
  void reap(ProcessResult& result);

  // Non-blocking, ours.
  Descriptor input;
  Descriptor out;
  Descriptor error;
  Descriptor answer;  // only when asked for

 private:
  Child() = default;
  pid_t pid_ = -1;  // -1 once reaped
  Descriptor pidfd_;
};

}  // namespace weft
