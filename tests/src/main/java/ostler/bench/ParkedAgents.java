package ostler.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Thousands of agents that wait for orders, on one thread: each keeps one connection and asks again
 * whenever it is answered. Then one host after the other is given an order, and the time is taken
 * from the sending of the order until its agent has it.
 */
public final class ParkedAgents {

  /** Said when all wait; then a line is awaited, so that the idle server can be looked at. */
  static final String PARKED = "PARKED";

  private static final int WAIT_SECONDS = 30;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final Duration PARK_DEADLINE = Duration.ofMinutes(3);
  private static final Duration WAKE_DEADLINE = Duration.ofSeconds(10);

  /** From the first call to the last order; whoever started this may be gone by then. */
  private static final Duration LIFE_DEADLINE = Duration.ofMinutes(8);

  private static final int CONNECTED_AT_ONCE = 200;

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)");
  private static final Pattern REVISION = Pattern.compile("\"revision\": *([0-9]+)");

  private final InetSocketAddress server;
  private final Selector selector;
  private final Agent[] agents;
  private final long endOfLife = System.nanoTime() + LIFE_DEADLINE.toNanos();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private int refused;

  private ParkedAgents(int port, int count) throws IOException {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.selector = Selector.open();
    this.agents = new Agent[count];
  }

  /** One agent: what it has heard so far of its answer, and which orders it has. */
  private static final class Agent {
    private final int number;
    private final StringBuilder heard = new StringBuilder();
    private long revision = -1;
    private long wokenAt;

    Agent(int number) {
      this.number = number;
    }

    byte[] request(int port) {
      return ("GET /v1/hosts/"
              + host(number)
              + "/desired?wait="
              + WAIT_SECONDS
              + "&after="
              + revision
              + " HTTP/1.1\r\nHost: 127.0.0.1:"
              + port
              + "\r\nAuthorization: Bearer "
              + credential(number)
              + "\r\n\r\n")
          .getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  static String host(int number) {
    return String.format(Locale.ROOT, "host-%05d", number);
  }

  static String credential(int number) {
    return "agent-" + number;
  }

  /**
   * {@code PORT AGENTS TOKEN_FILE ORDERS_FILE}; a line of the orders' file is an agent's number and
   * a unit of its host. Prints the times to wake up in microseconds, one a line.
   */
  public static void main(String[] words) throws IOException {
    ParkedAgents parked = new ParkedAgents(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
    parked.park();
    System.out.println(PARKED);
    parked.serveUntilToldToGo();
    String token = Files.readString(Path.of(words[2])).strip();
    try (HttpLine operator =
        new HttpLine(
            Integer.parseInt(words[0]), Map.of("Authorization", "Bearer " + token), true)) {
      for (String order : Files.readAllLines(Path.of(words[3]))) {
        String[] parts = order.split(" ");
        System.out.println(parked.wake(Integer.parseInt(parts[0]), parts[1], operator));
      }
    }
    if (parked.refused > 0) {
      throw new IOException(parked.refused + " calls were refused");
    }
  }

  private void park() throws IOException {
    long end = System.nanoTime() + PARK_DEADLINE.toNanos();
    for (int first = 0; first < agents.length; first += CONNECTED_AT_ONCE) {
      int last = Math.min(first + CONNECTED_AT_ONCE, agents.length);
      for (int i = first; i < last; i++) {
        agents[i] = new Agent(i + 1);
        connect(agents[i]);
      }
      // Each gets its orders first, and waits from its second call on.
      while (haveRevision() < last) {
        serve(Duration.ofMillis(50));
        if (System.nanoTime() > end) {
          throw new IOException("only " + haveRevision() + " agents got their orders");
        }
      }
    }
  }

  private int haveRevision() {
    return (int) Arrays.stream(agents).filter(a -> a != null && a.revision >= 0).count();
  }

  private void connect(Agent agent) throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    ask(channel, agent);
    channel.register(selector, SelectionKey.OP_READ, agent);
  }

  /** A request is far smaller than a socket's buffer, so it goes out whole. */
  private void ask(SocketChannel channel, Agent agent) throws IOException {
    ByteBuffer request = ByteBuffer.wrap(agent.request(server.getPort()));
    while (request.hasRemaining()) {
      channel.write(request);
    }
  }

  private void serve(Duration atMost) throws IOException {
    if (System.nanoTime() > endOfLife) {
      throw new IOException("not done after " + LIFE_DEADLINE.toMinutes() + " minutes");
    }
    selector.select(Math.max(1, atMost.toMillis()));
    for (SelectionKey key : selector.selectedKeys()) {
      hear((SocketChannel) key.channel(), (Agent) key.attachment());
    }
    selector.selectedKeys().clear();
  }

  private void hear(SocketChannel channel, Agent agent) throws IOException {
    buffer.clear();
    if (channel.read(buffer) < 0) {
      throw new IOException("the allocator hung up on " + host(agent.number));
    }
    buffer.flip();
    agent.heard.append(StandardCharsets.ISO_8859_1.decode(buffer));
    if (!isWhole(agent.heard)) {
      return;
    }
    String answer = agent.heard.toString();
    agent.heard.setLength(0);
    if (answer.startsWith("HTTP/1.1 200")) {
      agent.wokenAt = System.nanoTime();
      Matcher revision = REVISION.matcher(answer);
      if (!revision.find()) {
        throw new IOException("orders without a revision: " + answer);
      }
      agent.revision = Long.parseLong(revision.group(1));
    } else if (!answer.startsWith("HTTP/1.1 304")) {
      refused++;
    }
    ask(channel, agent);
  }

  private static boolean isWhole(StringBuilder heard) {
    int end = heard.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    Matcher length = LENGTH.matcher(heard.substring(0, end + 2));
    int body = length.find() ? Integer.parseInt(length.group(1)) : 0;
    return heard.length() >= end + 4 + body;
  }

  private void serveUntilToldToGo() throws IOException {
    BufferedReader told =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (!told.ready()) {
      serve(Duration.ofMillis(100));
    }
  }

  /** Orders a unit of the agent's host to be cleaned; how many microseconds until it knows. */
  private long wake(int number, String unit, HttpLine operator) throws IOException {
    Agent agent = agents[number - 1];
    long before = agent.wokenAt;
    long sent = System.nanoTime();
    HttpLine.Answer answer = operator.call("POST", "/v1/units/" + unit + "/clean", "{}");
    if (answer.status() != 200) {
      throw new IOException("the order was refused: " + answer.body());
    }
    while (agent.wokenAt == before) {
      serve(Duration.ofMillis(1));
      if (System.nanoTime() - sent > WAKE_DEADLINE.toNanos()) {
        throw new IOException(host(number) + " was never woken");
      }
    }
    return Duration.ofNanos(agent.wokenAt - sent).toNanos() / 1000;
  }

  /** The value below which a share of them lies. */
  static double percentile(List<Long> sorted, double share) {
    return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(sorted.size() * share)));
  }
}
