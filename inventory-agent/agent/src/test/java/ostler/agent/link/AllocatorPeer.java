package ostler.agent.link;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ostler.agent.host.FakeHost;
import ostler.inventory.ChainHash;
import ostler.inventory.DesiredJson;
import ostler.inventory.DesiredState;
import ostler.inventory.HostReport;
import ostler.inventory.JoinAnswer;
import ostler.inventory.JoinRequest;
import ostler.inventory.ReportAnswer;
import ostler.inventory.ReportJson;
import ostler.inventory.UnitOrder;
import ostler.inventory.WipeId;
import ostler.inventory.WipeRecord;
import ostler.wire.WireException;

/** An allocator's side of the conversation, over real HTTP, with nothing behind it. */
public final class AllocatorPeer implements AutoCloseable {

  public static final String TOKEN = "join-token-1";
  private static final String CREDENTIAL = "credential-1";
  private static final String BASE = "/v1/hosts/" + FakeHost.NAME + '/';

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<HostReport> reports = new LinkedBlockingQueue<>();
  private final List<String> refusedParts = new ArrayList<>();
  private DesiredState desired = new DesiredState(FakeHost.NAME, 1, 0, List.of());
  private Optional<ChainHash> inventoryOf = Optional.empty();
  private Optional<String> refusal = Optional.empty();
  private int joins;

  public AllocatorPeer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(BASE, this::handle);
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public synchronized void order(List<UnitOrder> orders) {
    desired = new DesiredState(FakeHost.NAME, 1, desired.revision() + 1, orders);
    notifyAll();
  }

  /** Refuses every report with that code, as conflict; empty takes them again. */
  public synchronized void refuseReports(Optional<String> code) {
    refusal = code;
  }

  /** Forgets the inventory, as an allocator that lost its memory does. */
  public synchronized void forgetInventory() {
    inventoryOf = Optional.empty();
  }

  public synchronized int joins() {
    return joins;
  }

  public List<String> refusedParts() {
    return refusedParts;
  }

  /** The next report. */
  public HostReport nextReport() throws InterruptedException {
    HostReport report = reports.poll(60, TimeUnit.SECONDS);
    if (report == null) {
      throw new AssertionError("no report within 60 s");
    }
    return report;
  }

  /** Whether no report comes in that time. */
  public boolean isSilentFor(long millis) throws InterruptedException {
    return reports.poll(millis, TimeUnit.MILLISECONDS) == null;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String call = exchange.getRequestURI().getPath().substring(BASE.length());
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (call.equals("join")) {
        join(exchange, body);
      } else if (!isAllowed(exchange)) {
        problem(exchange, 401, "UNAUTHORIZED");
      } else if (call.equals("observed")) {
        observed(exchange, body);
      } else {
        desired(exchange);
      }
    } catch (WireException e) {
      throw new IllegalStateException("the agent sent what cannot be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isAllowed(HttpExchange exchange) {
    return ("Bearer " + CREDENTIAL).equals(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private synchronized void join(HttpExchange exchange, byte[] body)
      throws IOException, WireException {
    if (!JoinRequest.read(body).joinToken().equals(TOKEN) || joins > 0) {
      problem(exchange, 401, "JOIN_TOKEN_USED");
      return;
    }
    joins++;
    answer(exchange, 201, new JoinAnswer(CREDENTIAL, 1).toJson());
  }

  private synchronized void observed(HttpExchange exchange, byte[] body)
      throws IOException, WireException {
    HostReport report = ReportJson.read(body, e -> refusedParts.add(e.getMessage()));
    if (refusal.isPresent()) {
      problem(exchange, 409, refusal.get());
      reports.add(report);
      return;
    }
    if (report.inventory().isPresent()) {
      inventoryOf = Optional.of(report.digest());
    }
    List<WipeId> accepted = new ArrayList<>();
    for (ostler.inventory.SignedWipe wipe : report.wipes()) {
      accepted.add(WipeRecord.parse(wipe.body()).wipe());
    }
    boolean need = !inventoryOf.equals(Optional.of(report.digest()));
    ReportAnswer answer =
        new ReportAnswer(desired.revision(), need, accepted, List.of(), List.of(), 1);
    answer(exchange, 200, ReportJson.writeAnswer(answer));
    reports.add(report);
  }

  private void desired(HttpExchange exchange) throws IOException, InterruptedException {
    String query = exchange.getRequestURI().getQuery();
    long after = Long.parseLong(query.substring("after=".length(), query.indexOf('&')));
    DesiredState found = await(after);
    if (found.revision() == after) {
      exchange.sendResponseHeaders(304, -1);
    } else {
      answer(exchange, 200, DesiredJson.write(found));
    }
  }

  private synchronized DesiredState await(long after) throws InterruptedException {
    for (int i = 0; i < 20 && desired.revision() == after; i++) {
      wait(100);
    }
    return desired;
  }

  private static void problem(HttpExchange exchange, int status, String code) throws IOException {
    answer(
        exchange,
        status,
        "{\"title\":\"refused\",\"status\":%d,\"code\":\"%s\",\"detail\":\"The peer says %s.\"}"
            .formatted(status, code, code));
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
