package ostler.agent.link;

import java.time.Duration;
import java.util.Optional;

/** Carries a call to an allocator, and brings the answer's document. */
@FunctionalInterface
public interface Wire {

  /**
   * Makes one call.
   *
   * @param path with its query
   * @param body empty text where the call has none
   * @return the document, empty where the allocator has nothing new to say
   * @throws LinkException if there was no answer in time, or a refusal
   */
  byte[] call(
      String method, String path, Optional<String> credential, String body, Duration deadline)
      throws LinkException;
}
