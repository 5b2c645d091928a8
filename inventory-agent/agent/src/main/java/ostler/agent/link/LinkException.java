package ostler.agent.link;

/** The allocator did not answer, or refused. */
public final class LinkException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  /**
   * @param status the answer's HTTP status, 0 where there was none
   * @param code the answer's own code, for example {@code AGENT_ALREADY_LIVE}
   */
  public LinkException(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  /** The answer's own code. */
  public String code() {
    return code;
  }
}
