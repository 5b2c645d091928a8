package ostler.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.agent.link.LinkException;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Host.Warning;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Refusal;
import ostler.allocator.store.ReportDesk;
import ostler.inventory.DesiredJson;
import ostler.inventory.DesiredState;
import ostler.inventory.HostName;
import ostler.inventory.HostReport;
import ostler.inventory.ReportAnswer;
import ostler.inventory.ReportJson;
import ostler.wire.WireException;

/** What an allocator's HTTP does with an agent's two calls, in documents on both sides. */
final class Door {

  private static final Pattern AFTER = Pattern.compile("after=(-?\\d+)");
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;

  private final PlantedBug.Sabotage bug;

  Door(PlantedBug.Sabotage bug) {
    this.bug = bug;
  }

  /** An answer's document, or its refusal. */
  record Reply(String document, Optional<Refusal> refusal) {

    byte[] orElseThrow() throws LinkException {
      if (refusal.isEmpty()) {
        return document.getBytes(StandardCharsets.UTF_8);
      }
      Refusal no = refusal.get();
      int status = no.code() == Code.BUSY ? UNAVAILABLE : CONFLICT;
      throw new LinkException(status, no.code().name(), no.message());
    }
  }

  Reply answer(AllocatorProcess allocator, HostName host, String path, String body) {
    return path.contains("/observed")
        ? observed(allocator, host, body)
        : desired(allocator, host, path);
  }

  private Reply observed(AllocatorProcess allocator, HostName host, String body) {
    List<Warning> refused = new ArrayList<>();
    HostReport report;
    try {
      report =
          ReportJson.read(
              body.getBytes(StandardCharsets.UTF_8),
              e -> refused.add(new Warning(e.path(), e.rule())));
    } catch (WireException e) {
      throw new IllegalArgumentException("the agent sent what is no report: " + body, e);
    }
    ReportDesk.Delivery delivery =
        new ReportDesk.Delivery(bug.changed(report, allocator), refused, Optional.empty());
    Outcome<ReportAnswer> outcome =
        allocator.reports().take(host, delivery, new Origin("agent of " + host, "report", ""));
    bug.afterReport(report, allocator);
    return reply(outcome.map(answer -> ReportJson.writeAnswer(answer)));
  }

  private Reply desired(AllocatorProcess allocator, HostName host, String path) {
    Matcher after = AFTER.matcher(path);
    if (!after.find()) {
      throw new IllegalArgumentException("the agent asked " + path);
    }
    long known = Long.parseLong(after.group(1));
    Outcome<DesiredState> outcome = allocator.hosts().desired(host);
    return reply(outcome.map(state -> state.revision() > known ? DesiredJson.write(state) : ""));
  }

  private static Reply reply(Outcome<String> outcome) {
    if (outcome instanceof Outcome.Done<String> done) {
      return new Reply(done.value(), Optional.empty());
    }
    return new Reply("", Optional.of(((Outcome.Refused<String>) outcome).refusal()));
  }
}
