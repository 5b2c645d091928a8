package ostler.allocator.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import ostler.inventory.HostName;

/**
 * Tells other allocators which hosts have new orders. It speaks after the orders are committed and
 * of many hosts at once, never in the orders' own transaction: PostgreSQL lets transactions that
 * notify commit only one after the other. Words that get lost are made good by polling.
 */
public final class Herald implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Herald.class);

  /** PostgreSQL takes a little less than 8,000 bytes, and a host's name has at most 253. */
  private static final int MAX_HOSTS_A_MESSAGE = 30;

  /** Beyond this the others poll. */
  private static final int MAX_WAITING = 100_000;

  private static final String SEPARATOR = " ";

  private final Database database;
  private final String self;
  private final BlockingQueue<HostName> unsaid = new LinkedBlockingQueue<>(MAX_WAITING);
  private volatile Thread speaker;

  /**
   * @param self distinguishes this allocator from the others
   */
  public Herald(Database database, RevisionSignal signal, UUID self) {
    this.database = database;
    this.self = self.toString();
    if (database.isShared()) {
      signal.relay(this::say);
    }
  }

  /** Begins to speak, on a thread of its own. */
  public Herald start(ThreadFactory threads) {
    speaker = threads.newThread(this::run);
    speaker.start();
    return this;
  }

  @Override
  public void close() {
    speaker.interrupt();
  }

  /** The hosts that another allocator speaks of; none where it is this one's own message. */
  Stream<HostName> hostsOf(String message) {
    List<String> words = Arrays.asList(message.split(SEPARATOR));
    return words.get(0).equals(self) ? Stream.empty() : words.stream().skip(1).map(HostName::new);
  }

  private void say(HostName host) {
    if (!unsaid.offer(host)) {
      LOG.debug("too much to say; the others will see host {} when they poll", host);
    }
  }

  private void run() {
    try {
      while (true) {
        List<HostName> hosts = new ArrayList<>();
        hosts.add(unsaid.take());
        unsaid.drainTo(hosts, MAX_HOSTS_A_MESSAGE - 1);
        tell(hosts.stream().distinct().map(HostName::value).toList());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(List<String> hosts) {
    try {
      database.tell(
          Stream.concat(Stream.of(self), hosts.stream()).collect(Collectors.joining(SEPARATOR)));
    } catch (DataAccessException e) {
      LOG.debug("the others were not told of new orders and will see them when they poll", e);
    }
  }
}
