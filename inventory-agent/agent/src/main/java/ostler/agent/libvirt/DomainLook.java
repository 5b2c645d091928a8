package ostler.agent.libvirt;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.xml.stream.XMLStreamException;
import org.libvirt.LibvirtException;

/**
 * Looks at libvirt from a thread of its own that may be lost. While one look hangs no other is
 * begun, so a libvirtd that hangs for ever costs one thread.
 *
 * <p>JNA and libvirt's library are loaded at the first look and not before.
 */
public final class DomainLook {

  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final Libvirt libvirt;
  private Optional<FutureTask<DomainView.Known>> open = Optional.empty();

  public DomainLook(URI uri) {
    this.libvirt = new Libvirt(uri);
  }

  /** What libvirt says now, or within the deadline that it did not say. */
  public DomainView look() throws InterruptedException {
    if (open.isPresent() && !open.get().isDone()) {
      return new DomainView.Unknown("libvirt has not answered an earlier question yet");
    }
    FutureTask<DomainView.Known> question = new FutureTask<>(libvirt::look);
    open = Optional.of(question);
    Thread thread = new Thread(question, "libvirt");
    thread.setDaemon(true);
    thread.start();
    try {
      return question.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new DomainView.Unknown("libvirt did not answer within " + DEADLINE.toSeconds() + " s");
    } catch (ExecutionException e) {
      return new DomainView.Unknown(reason(e.getCause()));
    }
  }

  private static String reason(Throwable cause) {
    if (cause instanceof LibvirtException) {
      return "libvirt: " + cause.getMessage();
    }
    if (cause instanceof XMLStreamException) {
      return "a domain's XML cannot be read: " + cause.getMessage();
    }
    if (cause instanceof LinkageError) {
      return "libvirt's library is not installed; install libvirt0, or leave libvirt out of the"
          + " agent's configuration: "
          + cause.getMessage().lines().findFirst().orElse("");
    }
    // Whatever else is thrown there is a fault of ours or of the JVM, and must be seen.
    throw new IllegalStateException("asking libvirt", cause);
  }
}
