package ostler.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import ostler.lab.GuestResult;
import ostler.lab.LabException;
import ostler.lab.LabModule;
import ostler.lab.stack.Card;
import ostler.lab.stack.CommandResult;
import ostler.lab.stack.DeviceMemory;
import ostler.lab.stack.GpuHost;
import ostler.lab.stack.LibvirtTenant;
import ostler.lab.stack.Operator;
import ostler.lab.stack.Stack;
import ostler.lab.stack.StateWatch;
import tools.jackson.databind.JsonNode;

/**
 * One card goes from tenant A to tenant B on a real kernel, and what A left in its memory is looked
 * for from outside at every stage.
 */
final class LabStory {

  private static final Duration GUEST_DEADLINE = Duration.ofSeconds(60);
  private static final String ALIAS = "demo-card";
  private static final String HOST = GpuHost.NAME;
  private static final String BUSY = "Device or resource busy";
  private static final long FIRST_COPY = 0x1000;

  private final Stack stack;
  private final LabModule module;
  private final Card card;
  private final Secret secret;
  private final Narrator narrator;
  private final Findings findings;
  private final Evidence evidence;
  private final Teller ostler;
  private final DeviceMemory memory;
  private final LibvirtTenant tenantA;
  private final LibvirtTenant tenantB;

  LabStory(
      Stack stack,
      LabModule module,
      Card card,
      Secret secret,
      Narrator narrator,
      Findings findings,
      Evidence evidence) {
    this.stack = stack;
    this.module = module;
    this.card = card;
    this.secret = secret;
    this.narrator = narrator;
    this.findings = findings;
    this.evidence = evidence;
    ostler = new Teller(narrator, stack.command());
    memory = stack.memory(card);
    tenantA = new LibvirtTenant(stack.machine(), "tenant-a", 1, card);
    tenantB = new LibvirtTenant(stack.machine(), "tenant-b", 2, card);
  }

  /** Tells it from the first look at the host to the books at the end. */
  void tell() throws IOException, InterruptedException, LabException {
    look();
    join();
    String unit = admit();
    findings.put("unit", unit);
    try (StateWatch watch = new StateWatch(stack.allocator(), unit)) {
      firstClean(unit);
      offer(unit);
      tenantALeavesItsSecret(unit);
      dirtyCardIsRefused();
      resetAlone(unit);
      fullWipe(unit);
      tenantBFindsNothing();
      findings.put("states", watch.states());
    }
    new SliceStory(stack, module, narrator, findings).tell();
    books(unit);
    evidence.seal();
  }

  private void look() throws IOException, InterruptedException, LabException {
    narrator.chapter("A GPU host, with a real kernel");
    String kernel = guest("uname -sr");
    findings.put("kernel", kernel.replaceFirst("Linux ", ""));
    guest("/usr/lib/ostler/bin/ostler-inspect");
    String groups = stack.machine().run("ls /sys/kernel/iommu_groups | wc -l", GUEST_DEADLINE);
    findings.put("groups", Integer.parseInt(groups));
  }

  private void join() throws IOException, InterruptedException, LabException {
    narrator.chapter("The host joins; its devices are reported, and not touched");
    CommandResult enrolled = ostler.does("host", "enroll", HOST, "-o", "json");
    stack.machine().startLibvirt();
    long start = System.nanoTime();
    List<String> devices = new ArrayList<>(List.of(card.addresses().split(" ")));
    devices.add(SliceStory.CARD.address());
    stack.join(enrolled.json().path("join_token").asString(""), devices);
    findings.put("agent_join_ms", (System.nanoTime() - start) / 1_000_000);
    findings.put("agent_resident_kib", stack.host().agentResidentKibibytes());
    ostler.does("host", "list");
    ostler.does("device", "list", "--host", HOST);
  }

  private String admit() throws IOException, InterruptedException, LabException {
    narrator.chapter("One card is taken in; nobody knows its history, so it counts as dirty");
    ostler.does(
        "device", "admit", "--host", HOST, "--address", card.address(), "--reason", "for the demo");
    JsonNode unit = stack.allocator().get("/v1/units").path("items").path(0);
    String id = unit.path("id").asString("");
    List<String> members = new ArrayList<>();
    unit.path("members").forEach(member -> members.add(member.path("address").asString("")));
    findings.put("members", members);
    findings.promise(
        "a card without a wipe record is dirty and not offered",
        unit.path("state").asString("").equals("DIRTY") && !unit.path("available").asBoolean());
    new Operator(stack).awaitGuarded(id);
    narrator.say("the agent had it bound to vfio-pci, and the guard keeps it from everybody");
    guest(
        "for d in ADDRESSES; do echo $d $(basename $(readlink /sys/bus/pci/devices/$d/driver)); done"
            .replace("ADDRESSES", card.addresses()));
    return id;
  }

  private void firstClean(String unit) throws IOException, InterruptedException, LabException {
    ostler.does("unit", "clean", unit, "--level", "L3", "--wait");
    evidence.keep("1-before.bin", memory);
    findings.promise(
        "the first full wipe left only zeros, seen from outside", memory.nonZeroBytes() == 0);
  }

  private void offer(String unit) throws IOException, InterruptedException, LabException {
    narrator.chapter("Two projects may have one such card at a time");
    JsonNode member = stack.unit(unit).path("members").path(0);
    ostler.does(
        "alias",
        "set",
        ALIAS,
        "--vendor",
        member.path("vendor").asString(""),
        "--product",
        member.path("device").asString(""),
        "--level",
        "L3");
    for (String project : List.of("team-a", "team-b")) {
      ostler.does("project", "set", project);
      ostler.does("quota", "set", project, "alias:" + ALIAS + "=1");
    }
  }

  private void tenantALeavesItsSecret(String unit)
      throws IOException, InterruptedException, LabException {
    narrator.chapter("Tenant A gets the card, leaves a secret in its memory, and crashes");
    String claim = newClaim();
    claim(claim, "team-a", tenantA).orThrow();
    tenantA.define();
    guest("virsh start --paused tenant-a");
    tenantA.mapMemory();
    long size = card.memory().memoryBytes();
    List<Long> places = List.of(FIRST_COPY, size / 2, size - secret.bytes().length);
    for (long place : places) {
      tenantA.write(place, secret.bytes());
    }
    findings.put("secret_bytes", secret.bytes().length);
    findings.put("secret_copies_written", places.size());
    narrator.say("tenant A wrote its secret at the start, in the middle and at the very end");
    tenantA.kill();
    narrator.say("kill -9: tenant A's machine is gone, without a goodbye");
    int copies = memory.count(secret.bytes());
    evidence.keep("2-tenant-a-killed.bin", memory);
    findings.put("secret_found_after_kill", copies > 0);
    findings.promise("the secret is in the card's memory, seen from outside", copies == 3);
    new Operator(stack).await(unit, "READY");
    ostler.does("unit", "show", unit);
    narrator.say("a machine that is gone frees nothing: the claim stays until it is released");
    ostler.does("claim", "release", claim, "--yes", "--wait");
    ostler.does("unit", "show", unit);
  }

  /** The caller may choose a claim's id, so that asking twice is asking once. */
  private static String newClaim() {
    return UUID.randomUUID().toString();
  }

  private CommandResult claim(String id, String project, LibvirtTenant tenant)
      throws IOException, InterruptedException, LabException {
    return ostler.attempt(
        "claim",
        "create",
        "--project",
        project,
        "--alias",
        ALIAS,
        "--consumer",
        tenant.consumer(),
        "--id",
        id,
        "--wait");
  }

  private void dirtyCardIsRefused() throws IOException, InterruptedException, LabException {
    narrator.chapter("Somebody starts a machine with the dirty card all the same");
    tenantB.define();
    GuestResult vetoed = attempt("virsh start --paused tenant-b");
    findings.promise(
        "the hook vetoes the start of a machine with a dirty card",
        !vetoed.succeeded() && vetoed.err().contains("hook"));
    narrator.say("past libvirt, by hand: the guard holds the group, so the kernel itself says no");
    GuestResult refused =
        attempt(
            "timeout 20 qemu-system-x86_64 -accel tcg -M pc -m 64 -nodefaults -display none -S"
                + " -device vfio-pci,host="
                + card.memory().address());
    findings.promise("the kernel refuses a machine started by hand", refused.err().contains(BUSY));
  }

  private void resetAlone(String unit) throws IOException, InterruptedException, LabException {
    narrator.chapter("A reset alone, which is what others do between two tenants");
    new Operator(stack).awaitSeen(unit);
    ostler.does("unit", "clean", unit, "--level", "L1", "--wait");
    int copies = memory.count(secret.bytes());
    evidence.keep("3-after-reset.bin", memory);
    findings.put("secret_found_after_reset", copies > 0);
    narrator.say("copies of tenant A's secret in the card's memory, seen from outside: " + copies);
    findings.promise("a reset does not clear a card's memory", copies > 0);
    CommandResult refused = claim(newClaim(), "team-b", tenantB);
    boolean offered = refused.succeeded();
    findings.put("offered_after_reset", offered);
    findings.promise("a card that was only reset is not handed out", !offered);
  }

  private void fullWipe(String unit) throws IOException, InterruptedException, LabException {
    narrator.chapter("The full wipe: reset, scrub, and a verification that could have failed");
    ostler.does("unit", "clean", unit, "--level", "L3", "--wait");
    int copies = memory.count(secret.bytes());
    long nonZero = memory.nonZeroBytes();
    evidence.keep("4-after-scrub.bin", memory);
    findings.put("secret_found_after_scrub", copies > 0);
    findings.put("nonzero_bytes_after_scrub", nonZero);
    narrator.say("copies of tenant A's secret in the card's memory, seen from outside: " + copies);
    findings.promise("after the wipe the secret is gone, seen from outside", copies == 0);
    String wipe = stack.unit(unit).path("wipe").asString("");
    ostler.does("wipe", "show", wipe);
    CommandResult verified = ostler.attempt("wipe", "verify", "--unit", unit);
    findings.put("wipe", wipe);
    findings.put("chain_verified", verified.succeeded());
    findings.promise("hashes and signatures of all wipe records hold", verified.succeeded());
    noteWipe(unit, wipe);
  }

  private void noteWipe(String unit, String wipe)
      throws IOException, InterruptedException, LabException {
    JsonNode record = stack.allocator().get("/v1/wipes/" + wipe);
    JsonNode coverage = record.path("coverage");
    long total = coverage.path("bytes_total").asLong();
    long verified = coverage.path("bytes_verified").asLong();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("fraction", total == 0 ? 0.0 : (double) verified / total);
    figures.put("bytes", verified);
    figures.put("bytes_total", total);
    findings.put("coverage", figures);
    findings.put("wipe_level", record.path("level").asString(""));
    findings.promise(
        "the wipe read back every byte of the card's memory",
        verified == total && total >= card.memory().memoryBytes());
    WipeEvidence.keep(
        evidence, record, stack.command().run("wipe", "list", "--unit", unit, "-o", "json").out());
  }

  private void tenantBFindsNothing() throws IOException, InterruptedException, LabException {
    narrator.chapter("Tenant B gets the card, and reads all of its memory");
    String claim = newClaim();
    claim(claim, "team-b", tenantB).orThrow();
    guest("virsh start --paused tenant-b");
    tenantB.mapMemory();
    LibvirtTenant.Sight sight = tenantB.look(secret.bytes());
    evidence.keep("5-tenant-b.bin", memory);
    narrator.say(
        "tenant B read %d bytes: %d are not zero, %d copies of the secret"
            .formatted(sight.bytes(), sight.nonZeroBytes(), sight.copies()));
    findings.put("tenant_b_read_bytes", sight.bytes());
    findings.put("tenant_b_nonzero_bytes", sight.nonZeroBytes());
    findings.promise(
        "the next tenant reads zeros, and nothing else",
        sight.bytes() == card.memory().memoryBytes() && sight.nonZeroBytes() == 0);
    guest("virsh destroy tenant-b");
    ostler.does("claim", "release", claim, "--yes", "--wait");
  }

  private void books(String unit) throws IOException, InterruptedException, LabException {
    narrator.chapter("The books");
    ostler.does("unit", "show", unit);
    ostler.does("quota", "show", "team-a");
    ostler.does("wipe", "list", "--unit", unit);
    ostler.does("audit", "list", "--limit", "20");
  }

  /** A command in the guest, shown with its output; it has to succeed. */
  private String guest(String script) throws IOException, InterruptedException, LabException {
    return attempt(script).orThrow();
  }

  private GuestResult attempt(String script)
      throws IOException, InterruptedException, LabException {
    narrator.command(HOST + "# ", script);
    GuestResult result = stack.machine().exec(script, GUEST_DEADLINE);
    narrator.output(result.out());
    narrator.output(result.err());
    return result;
  }
}
