package ostler.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ostler.lab.LabDevice;
import ostler.lab.LabException;
import ostler.lab.LabModule;
import ostler.lab.stack.CommandResult;
import ostler.lab.stack.GpuHost;
import ostler.lab.stack.Operator;
import ostler.lab.stack.Stack;
import ostler.lab.stack.Waiting;
import tools.jackson.databind.JsonNode;

/** Another card is cut into slices for two projects, and what is still possible on it is shown. */
final class SliceStory {

  /** The card, which the lab's own kernel module makes a parent of mediated devices. */
  static final LabDevice CARD = LabDevice.EDU;

  private static final Duration DEADLINE = Duration.ofMinutes(5);
  private static final String ALIAS = "demo-slice";
  private static final String SMALL = "LAB GPU-4Q";
  private static final String LARGE = "LAB GPU-8Q";

  private final Stack stack;
  private final LabModule module;
  private final Narrator narrator;
  private final Findings findings;
  private final Teller ostler;
  private final Operator operator;

  SliceStory(Stack stack, LabModule module, Narrator narrator, Findings findings) {
    this.stack = stack;
    this.module = module;
    this.narrator = narrator;
    this.findings = findings;
    ostler = new Teller(narrator, stack.command());
    operator = new Operator(stack);
  }

  /** Tells it, on a host that has joined. */
  void tell() throws IOException, InterruptedException, LabException {
    narrator.chapter("Another card is cut into slices, which two projects share");
    String card = takeIn();
    layOut(card);
    handOut();
    stillPossible(card);
  }

  private String takeIn() throws IOException, InterruptedException, LabException {
    module.load(stack.machine(), "");
    ostler.does(
        "device",
        "admit",
        "--host",
        GpuHost.NAME,
        "--address",
        CARD.address(),
        "--reason",
        "for slices");
    String card = operator.device(CARD.address()).path("unit").asString("");
    operator.awaitGuarded(card);
    narrator.say("this card has no memory that could be read back, so a reset is all it gets");
    ostler.does("unit", "clean", card, "--level", "L1", "--wait");
    return card;
  }

  private void layOut(String card) throws IOException, InterruptedException, LabException {
    ostler.does(
        "layout",
        "set",
        card,
        "--kind",
        "mdev",
        "--slice",
        SMALL + "=1",
        "--slice",
        LARGE + "=1",
        "--mixed",
        "--shared",
        "--parent-level",
        "L1");
    ostler.does("layout", "apply", card, "--reason", "two projects share it");
    operator.await(card, "SLICED");
    Waiting.until("the slices are there", DEADLINE, () -> slices(card).size() == 2);
    for (String slice : slices(card)) {
      operator.awaitSeen(slice);
      ostler.does("unit", "clean", slice, "--level", "VENDOR", "--wait");
    }
  }

  private void handOut() throws IOException, InterruptedException, LabException {
    ostler.does("alias", "set", ALIAS, "--vendor", "1234", "--kind", "mdev", "--level", "VENDOR");
    List<String> holders = new ArrayList<>();
    for (String project : List.of("team-a", "team-b")) {
      ostler.does("quota", "set", project, "alias:" + ALIAS + "=1");
      if (claim(project).succeeded()) {
        holders.add(project);
      }
    }
    findings.put("slices_held_by", holders);
    findings.promise(
        "two projects have a slice each of one card", holders.equals(List.of("team-a", "team-b")));
  }

  private CommandResult claim(String project)
      throws IOException, InterruptedException, LabException {
    return ostler.attempt(
        "claim",
        "create",
        "--project",
        project,
        "--alias",
        ALIAS,
        "--consumer",
        "libvirt:domain:sliced-" + project,
        "--wait");
  }

  private void stillPossible(String card) throws IOException, InterruptedException, LabException {
    ostler.does("slice", "list", "--parent", card);
    narrator.say("what the card could still hold beside them, as its driver says now:");
    ostler.does("layout", "show", card);
    long more = 0;
    for (JsonNode offer : stack.unit(card).path("could_hold")) {
      if (offer.path("type").asString("").equals(SMALL)) {
        more = offer.path("available").asLong();
      }
    }
    findings.put("slices_still_possible", more);
    findings.promise("a quarter of the card is left, for one more small slice", more == 1);
  }

  private List<String> slices(String card) throws IOException, LabException {
    List<String> slices = new ArrayList<>();
    for (JsonNode slice : stack.allocator().get("/v1/slices?parent=" + card).path("items")) {
      slices.add(slice.path("unit").asString(""));
    }
    return slices;
  }
}
