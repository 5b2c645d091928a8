package ostler.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ostler.lab.LabException;
import ostler.lab.stack.Allocator;
import ostler.lab.stack.CommandResult;
import ostler.lab.stack.FakeHost;
import ostler.lab.stack.SourceTree;
import ostler.lab.stack.Waiting;
import tools.jackson.databind.JsonNode;

/**
 * The part of the story that needs no kernel, on a host that somebody captured: what is there, what
 * may be taken in, and that nothing is handed out that was not proven clean.
 */
final class FakeStory {

  /** Eight GPUs on two NUMA nodes. */
  private static final String HOST = "a100x8";

  private static final String CARD = "0000:03:00.0";
  private static final String ALIAS = "demo-card";
  private static final Duration UP_DEADLINE = Duration.ofSeconds(60);

  private final SourceTree tree;
  private final Path folder;
  private final Allocator allocator;
  private final Narrator narrator;
  private final Findings findings;
  private final Teller ostler;

  FakeStory(
      SourceTree tree, Path folder, Allocator allocator, Narrator narrator, Findings findings) {
    this.tree = tree;
    this.folder = folder;
    this.allocator = allocator;
    this.narrator = narrator;
    this.findings = findings;
    ostler = new Teller(narrator, allocator.command());
  }

  /** Tells it; the host's agent ends with the cleanup. */
  void tell(Cleanup cleanup) throws IOException, InterruptedException, LabException {
    narrator.chapter("A captured host, " + HOST + ": files, and no kernel");
    ostler.inspects(FakeHost.layOut(HOST, folder));
    join(cleanup);
    String unit = admit();
    offer();
    narrator.chapter("Without a kernel nobody can prove the card clean; so nobody gets it");
    ostler.does("alias", "resolve", ALIAS);
    CommandResult refused = claim();
    findings.promise(
        "a card that nobody proved clean is not handed out",
        !refused.succeeded() && refused.err().contains("NO_CAPACITY"));
    ostler.does("unit", "show", unit);
    ostler.does("audit", "list", "--limit", "10");
    narrator.say("the rest of the story needs a kernel, and so nothing is said about memory here");
    findings.put("states", List.of(allocator.get("/v1/units/" + unit).path("state").asString("")));
  }

  private void join(Cleanup cleanup) throws IOException, InterruptedException, LabException {
    narrator.chapter("The host joins; its devices are reported, and not touched");
    CommandResult enrolled = ostler.does("host", "enroll", HOST, "-o", "json");
    String token = enrolled.json().path("join_token").asString("");
    FakeHost host = FakeHost.start(tree, HOST, folder, allocator, token);
    cleanup.add(host::close);
    try {
      Waiting.until(
          HOST + " is up",
          UP_DEADLINE,
          () -> allocator.get("/v1/hosts/" + HOST).path("state").asString("").equals("up"));
    } catch (LabException e) {
      throw new LabException(e.getMessage() + "\n" + host.log(), e);
    }
    ostler.does("host", "list");
    ostler.does("device", "tree", "--host", HOST);
  }

  private String admit() throws IOException, InterruptedException, LabException {
    narrator.chapter("One card is taken in; nobody knows its history, so it counts as dirty");
    ostler.does("device", "admit", "--host", HOST, "--address", CARD, "--reason", "for the demo");
    JsonNode unit = allocator.get("/v1/units").path("items").path(0);
    List<String> members = new ArrayList<>();
    unit.path("members").forEach(member -> members.add(member.path("address").asString("")));
    String id = unit.path("id").asString("");
    findings.put("unit", id);
    findings.put("members", members);
    findings.promise(
        "a card without a wipe record is dirty and not offered",
        unit.path("state").asString("").equals("DIRTY") && !unit.path("available").asBoolean());
    return id;
  }

  private void offer() throws IOException, InterruptedException, LabException {
    narrator.chapter("A project may have one such card, but not yet");
    ostler.does("alias", "set", ALIAS, "--vendor", "10de", "--class", "0302");
    ostler.does("project", "set", "team-a");
    ostler.does("quota", "set", "team-a", "alias:" + ALIAS + "=0");
    CommandResult refused = claim();
    findings.promise(
        "nobody gets more than the quota says",
        !refused.succeeded() && refused.err().contains("QUOTA_EXCEEDED"));
    ostler.does("quota", "set", "team-a", "alias:" + ALIAS + "=1");
  }

  private CommandResult claim() throws IOException, InterruptedException, LabException {
    return ostler.attempt(
        "claim",
        "create",
        "--project",
        "team-a",
        "--alias",
        ALIAS,
        "--consumer",
        "libvirt:domain:tenant-a");
  }
}
