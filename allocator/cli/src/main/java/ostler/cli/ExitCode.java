package ostler.cli;

/** What the command's end tells a script; the numbers never change. */
enum ExitCode {
  OK(0, "done"),
  ERROR(1, "anything else went wrong"),
  USAGE(2, "the command line or a value in it is not right"),
  NOT_FOUND(3, "what was named is not there"),
  DENIED(4, "the token is missing, unknown, or may not do this"),
  QUOTA(5, "a project's quota forbids it"),
  CAPACITY(6, "no unit is free for it"),
  CONFLICT(7, "the state of a thing forbids it, or evidence does not hold"),
  PARTIAL(8, "done for some of the things named, not for all"),
  UNREACHABLE(9, "no answer in time, or no connection"),
  WARNING(11, "a check found something that somebody should look at"),
  CRITICAL(12, "a check found a promise broken, or not to be proven"),
  /** As the shell counts a program that SIGPIPE ended: {@code ostler unit list | head -1}. */
  READER_GONE(141, "the reader of standard output went away");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  int number() {
    return number;
  }

  String meaning() {
    return meaning;
  }

  /**
   * The end that a refusal of the allocator leads to.
   *
   * @param status of HTTP
   * @param code the refusal's stable code
   */
  static ExitCode ofRefusal(int status, String code) {
    if (code.equals("NO_CAPACITY")) {
      return CAPACITY;
    }
    if (code.equals("QUOTA_EXCEEDED") || code.equals("NO_LIMIT_SET")) {
      return QUOTA;
    }
    return switch (status) {
      case 400, 413, 415, 422 -> USAGE;
      case 401, 403 -> DENIED;
      case 404, 410 -> NOT_FOUND;
      case 409, 412, 428 -> CONFLICT;
      case 408, 429, 502, 503, 504 -> UNREACHABLE;
      default -> ERROR;
    };
  }
}
