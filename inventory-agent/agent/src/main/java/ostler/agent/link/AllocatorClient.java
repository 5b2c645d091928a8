package ostler.agent.link;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import ostler.inventory.ClaimId;
import ostler.inventory.DesiredJson;
import ostler.inventory.DesiredState;
import ostler.inventory.HostName;
import ostler.inventory.JoinAnswer;
import ostler.inventory.JoinRequest;
import ostler.inventory.ReportAnswer;
import ostler.inventory.ReportJson;
import ostler.inventory.StartRequest;
import ostler.wire.Json;
import ostler.wire.WireException;

/** The calls that an agent makes to its allocator. For several threads. */
public final class AllocatorClient {

  private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(60);

  /** What a slow network may add to the wait that the allocator was asked for. */
  private static final Duration POLL_MARGIN = Duration.ofSeconds(30);

  private final Wire wire;
  private final String base;

  /**
   * @param base of the allocator, without the path
   * @param trust whose certificates are believed; absent for those that the JVM believes
   */
  public AllocatorClient(URI base, HostName host, Optional<SSLSocketFactory> trust) {
    this(host, new HttpWire(base, trust));
  }

  /** A client whose calls are carried by something else than HTTP. */
  public AllocatorClient(HostName host, Wire wire) {
    this.wire = wire;
    this.base = "/v1/hosts/" + URLEncoder.encode(host.value(), StandardCharsets.UTF_8) + '/';
  }

  /** Exchanges a join token for a credential. */
  public JoinAnswer join(JoinRequest request) throws LinkException {
    byte[] answer =
        wire.call("POST", base + "join", Optional.empty(), request.toJson(), ANSWER_DEADLINE);
    return read(answer, JoinAnswer::read);
  }

  /** Sends a report. */
  ReportAnswer report(String credential, String report) throws LinkException {
    byte[] answer =
        wire.call("PUT", base + "observed", Optional.of(credential), report, ANSWER_DEADLINE);
    return read(answer, ReportJson::readAnswer);
  }

  /** Waits for a desired state of another revision; empty if none came in time. */
  Optional<DesiredState> desired(String credential, long after, Duration wait)
      throws LinkException {
    String path = base + "desired?after=" + after + "&wait=" + wait.toSeconds();
    Duration deadline = wait.plus(POLL_MARGIN);
    byte[] answer = wire.call("GET", path, Optional.of(credential), "", deadline);
    return answer.length == 0 ? Optional.empty() : Optional.of(read(answer, DesiredJson::read));
  }

  /**
   * Asks for a claim for an instance that is about to start.
   *
   * @throws LinkException with the allocator's reason where there is none for it
   */
  public void start(String credential, StartRequest request) throws LinkException {
    wire.call("POST", base + "starts", Optional.of(credential), request.toJson(), ANSWER_DEADLINE);
  }

  /** Tells that the instances of some claims are gone from this host. */
  public void gone(String credential, Collection<ClaimId> claims) throws LinkException {
    String body = Json.write(out -> out.texts("claims", claims));
    wire.call("POST", base + "gone", Optional.of(credential), body, ANSWER_DEADLINE);
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read(byte[] document) throws WireException;
  }

  private <T> T read(byte[] answer, Reader<T> reader) throws LinkException {
    try {
      return reader.read(answer);
    } catch (WireException e) {
      throw new LinkException(
          0, "BAD_ANSWER", "the allocator gave an answer that is none: " + e.getMessage());
    }
  }
}
