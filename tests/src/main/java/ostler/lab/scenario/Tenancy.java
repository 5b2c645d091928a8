package ostler.lab.scenario;

import java.time.Duration;
import java.util.List;
import ostler.lab.GuestPci;
import ostler.lab.GuestResult;
import ostler.lab.LabDevice;
import ostler.lab.LabMachine;
import ostler.lab.stack.Card;
import ostler.lab.stack.CommandResult;
import ostler.lab.stack.LibvirtTenant;
import ostler.lab.stack.Operator;

/** That a claim is what decides: machines and cards come and go below it, and it stays. */
final class Tenancy {

  private static final byte[] OWN_DATA =
      "tenant A's own data".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private Tenancy() {}

  static List<Scenario> scenarios() {
    return List.of(
        StackRun.scenario(
            "stop-start-keeps-claim",
            "a machine stopped, started, reset or killed keeps its claim, and no wipe comes"
                + " between",
            Tenancy::stopStart),
        StackRun.scenario(
            "nova-instance",
            "an instance of Nova's is claimed for at its start, and its claim ends when libvirt"
                + " knows it no more",
            Tenancy::novaInstance),
        StackRun.scenario(
            "adopt",
            "a machine that had a card before it was admitted is adopted, and goes on; then a wipe",
            Tenancy::adopt),
        StackRun.scenario(
            "managed-by-libvirt",
            "a card that libvirt gives to the host's own drivers is taken back, and stays its"
                + " claim's or becomes dirty",
            Tenancy::managedByLibvirt),
        StackRun.scenario(
            "vanished",
            "a card that is pulled out is missing, keeps its claim, and comes back not clean",
            Tenancy::vanished),
        StackRun.scenario(
            "veto-other-project",
            "another project's machine cannot start with a claimed card",
            Tenancy::vetoOther),
        StackRun.scenario(
            "unknown-alias", "an alias that nobody made is refused by name", Tenancy::alias),
        StackRun.scenario("exhausted", "the last unit goes to one claim only", Tenancy::exhausted),
        StackRun.scenario(
            "over-quota", "a claim over a project's limit is refused", Tenancy::overQuota));
  }

  private static String stopStart(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    LibvirtTenant tenant = run.tenant("stopped-and-started");
    String claim = run.operator().claim(StackRun.PROJECT, tenant);
    int wipes = run.operator().wipes(run.unit());
    tenant.define();
    tenant.start();
    tenant.mapMemory();
    tenant.write(0, OWN_DATA);
    run.operator().await(run.unit(), "IN_USE");
    tenant.destroy();
    run.operator().await(run.unit(), "READY");
    tenant.start();
    run.operator().await(run.unit(), "IN_USE");
    tenant.reset();
    tenant.mapMemory();
    Expect.equal(1L, tenant.look(OWN_DATA).copies(), "what the tenant wrote, after both");
    Expect.equal(claim, run.claim(), "the claim");
    run.operator().await(run.unit(), "IN_USE");
    tenant.kill();
    run.operator().await(run.unit(), "READY");
    Expect.equal(claim, run.claim(), "the claim after its machine was killed");
    Expect.equal(wipes, run.operator().wipes(run.unit()), "wipe records");
    run.operator().release(claim);
    return "stopped, started, reset and killed: same claim, own data still there, no wipe between";
  }

  /** Nova tells nobody before: what libvirt's hook sees is all that Ostler has. */
  private static String novaInstance(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    LibvirtTenant instance = run.tenant("instance-00000001").ofNova(StackRun.PROJECT);
    Expect.equal("", run.claim(), "the claim before the start");
    instance.define();
    long start = System.nanoTime();
    instance.start();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    run.operator().await(run.unit(), "IN_USE");
    String claim = run.claim();
    LibvirtTenant other = run.tenant("instance-00000002").ofNova(StackRun.PROJECT);
    other.define();
    GuestResult vetoed = other.tryStart();
    Expect.that(
        !vetoed.succeeded() && vetoed.err().contains("CLAIMED"),
        "another instance is told why it may not start: " + vetoed);
    instance.destroy();
    run.operator().await(run.unit(), "READY");
    instance.start();
    run.operator().await(run.unit(), "IN_USE");
    Expect.equal(claim, run.claim(), "the claim after a stop and a start");
    instance.destroy();
    instance.undefine();
    run.operator().await(run.unit(), "DIRTY");
    Expect.equal("", run.claim(), "the claim of an instance that is gone");
    return "started in %d ms with its claim, kept it over a stop, and was given back when it was gone"
        .formatted(took.toMillis());
  }

  /** Somebody bound the card and started a machine with it before Ostler was on the host. */
  private static String adopt(LabContext lab) throws Exception {
    try (StackRun run = StackRun.boot(lab, "adopt", Card.B2)) {
      LabMachine machine = run.stack().machine();
      new GuestPci(machine).bindVfio(LabDevice.B2);
      machine.startLibvirt();
      LibvirtTenant tenant = run.tenant("there-before");
      tenant.define();
      tenant.start();
      tenant.mapMemory();
      tenant.write(0, OWN_DATA);
      String process = machine.run("cat /run/libvirt/qemu/there-before.pid", DEADLINE);
      run.admitHeld();
      run.awaitSaid("/problem/code", "HELD");
      run.operator()
          .tryAdopt(run.unit(), StackRun.PROJECT, run.tenant("another").consumer())
          .refusedWith("NOT_HELD");
      String claim =
          run.operator()
              .tryAdopt(run.unit(), StackRun.PROJECT, tenant.consumer())
              .orThrow()
              .json()
              .path("id")
              .asString("");
      run.awaitSaid("/phase", "in_use");
      Expect.equal(
          process,
          machine.run("cat /run/libvirt/qemu/there-before.pid", DEADLINE),
          "the process of the tenant's machine");
      Expect.equal(1L, tenant.look(OWN_DATA).copies(), "what the tenant wrote, after the adoption");
      Expect.equal("IN_USE", run.operator().state(run.unit()), "the unit's state");
      tenant.destroy();
      run.operator().await(run.unit(), "READY");
      tenant.start();
      run.operator().await(run.unit(), "IN_USE");
      tenant.destroy();
      run.operator().release(claim);
      run.operator().await(run.unit(), "DIRTY");
      Expect.that(run.memory().count(OWN_DATA) > 0, "its data is in the memory after the release");
      run.operator().clean(run.unit(), "L3");
      Expect.equal(0, run.memory().count(OWN_DATA), "its data in the memory after the wipe");
      return "same process, own data still there, started again by its claim; wiped after release";
    }
  }

  /**
   * What Nova writes into a machine's description leaves binding to libvirt, which gives the card
   * back to the host when the machine has ended, or when somebody says so.
   */
  private static String managedByLibvirt(LabContext lab) throws Exception {
    try (StackRun run = StackRun.offered(lab, "managed-by-libvirt", Card.A)) {
      LabMachine machine = run.stack().machine();
      machine.run("modprobe snd_hda_intel", DEADLINE);
      LibvirtTenant tenant = run.tenant("managed").managedByLibvirt();
      String claim = run.operator().claim(StackRun.PROJECT, tenant);
      int wipes = run.operator().wipes(run.unit());
      tenant.define();
      tenant.start();
      tenant.mapMemory();
      tenant.write(0, OWN_DATA);
      run.operator().await(run.unit(), "IN_USE");
      int probed = probedByHost(machine);
      tenant.destroy();
      run.operator().await(run.unit(), "READY");
      int byEnd = probedByHost(machine) - probed;
      int byHand = giveToHost(machine);
      run.awaitBound();
      Expect.equal(claim, run.claim(), "the claim after the host's driver had the card");
      GuestResult another = definedAnew(run, "another").tryStart();
      Expect.that(!another.succeeded(), "a machine of nobody's claim started: " + another);
      tenant.start();
      tenant.mapMemory();
      Expect.equal(1L, tenant.look(OWN_DATA).copies(), "what the tenant wrote, after all that");
      run.operator().await(run.unit(), "IN_USE");
      Expect.equal(wipes, run.operator().wipes(run.unit()), "wipe records");
      tenant.destroy();
      run.operator().release(claim);
      run.operator().await(run.unit(), "DIRTY");
      Expect.that(run.memory().count(OWN_DATA) > 0, "its data is in the memory after the release");
      run.operator().clean(run.unit(), "L3");
      Expect.equal(0, run.memory().count(OWN_DATA), "its data in the memory after the wipe");
      byHand += giveToHost(machine);
      run.operator().await(run.unit(), "DIRTY");
      run.operator().awaitGuarded(run.unit());
      return "the host's driver had it "
          + byEnd
          + " times when the machine ended and "
          + byHand
          + " times by hand; taken back each time, and dirty where it had been clean";
    }
  }

  private static LibvirtTenant definedAnew(StackRun run, String name) throws Exception {
    LibvirtTenant tenant = run.tenant(name).managedByLibvirt();
    tenant.define();
    return tenant;
  }

  /** Gives the card to the host's own drivers, as libvirt does; how many took a function of it. */
  private static int giveToHost(LabMachine machine) throws Exception {
    int before = probedByHost(machine);
    for (LabDevice function : Card.A.functions()) {
      machine.run(
          "virsh nodedev-reattach pci_" + function.address().replaceAll("[:.]", "_"), DEADLINE);
    }
    int probed = probedByHost(machine) - before;
    Expect.that(probed > 0, "the host's driver takes what libvirt gives back");
    return probed;
  }

  /** How often the host's driver of the audio function has begun with it. */
  private static int probedByHost(LabMachine machine) throws Exception {
    String lines = "dmesg | grep -c 'snd_hda_intel " + LabDevice.A_AUDIO.address() + "' || true";
    return Integer.parseInt(machine.run(lines, DEADLINE).strip());
  }

  private static String vanished(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    run.unplug();
    run.awaitPresence("missing");
    run.plug();
    run.awaitPresence("present");
    Expect.equal("DIRTY", run.operator().state(run.unit()), "the state of an unclaimed card");
    run.operator().awaitGuarded(run.unit());
    run.makeReady();
    String claim = run.operator().claim(StackRun.PROJECT, run.tenant("pulled-out"));
    run.unplug();
    run.awaitPresence("missing");
    Expect.equal(claim, run.claim(), "the claim while the card is missing");
    run.plug();
    run.awaitPresence("present");
    Expect.equal(claim, run.claim(), "the claim when the card is back");
    run.operator().release(claim);
    Expect.equal("DIRTY", run.operator().state(run.unit()), "the state after the release");
    return "unclaimed: DIRTY when it was back; claimed: the claim stayed, and DIRTY after it";
  }

  private static String vetoOther(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    String claim = run.operator().claim(StackRun.PROJECT, run.tenant("owner"));
    LibvirtTenant other = run.tenant("other");
    other.define();
    GuestResult start = other.tryStart();
    Expect.that(!start.succeeded(), "a machine of nobody's claim started: " + start);
    Expect.equal("READY", run.operator().state(run.unit()), "the unit's state");
    run.operator().release(claim);
    return "libvirt said: " + start.err().strip().replace("\n", " ");
  }

  private static String alias(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    CommandResult refused =
        run.operator().tryClaim(StackRun.PROJECT, "no-such-card", "libvirt:domain:x");
    refused.refusedWith("UNKNOWN_ALIAS");
    Expect.equal("CLEAN", run.operator().state(run.unit()), "the unit's state");
    return said(refused);
  }

  private static String exhausted(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    run.operator().offer(Card.B2, "team-b", 1);
    String claim = run.operator().claim(StackRun.PROJECT, run.tenant("first"));
    CommandResult refused =
        run.operator().tryClaim("team-b", Operator.ALIAS, "libvirt:domain:second");
    refused.refusedWith("NO_CAPACITY");
    run.operator().release(claim);
    return said(refused);
  }

  private static String overQuota(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    run.operator().offer(Card.B2, "team-c", 0);
    CommandResult refused =
        run.operator().tryClaim("team-c", Operator.ALIAS, "libvirt:domain:third");
    refused.refusedWith("QUOTA_EXCEEDED");
    Expect.equal("CLEAN", run.operator().state(run.unit()), "the unit's state");
    return said(refused);
  }

  private static String said(CommandResult refused) {
    return "exit code " + refused.exitCode() + ": " + refused.err().strip().replace("\n", " ");
  }
}
