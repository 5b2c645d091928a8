package ostler.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.UnitKind;
import ostler.pci.PciAddress;
import ostler.root.Layout;
import ostler.root.Permission;
import ostler.root.PublishedSlice;
import ostler.root.Refusal;
import ostler.root.SliceList;

/** What the guard and the hook make of the list of slices. */
class SliceGuardTest {

  private static final UUID SLICE = UUID.fromString("4b20d080-1b54-4048-85b3-a6a62d165c01");
  private static final UUID OTHER = UUID.fromString("9b3ac5ef-5d10-4a12-8a6c-1e0f2a7b9c55");
  private static final String PARENT = "0000:41:00.0";
  private static final String FUNCTION = "0000:41:00.4";
  private static final String STATUS = "{\"v\":1,\"ask\":\"status\"}";

  @TempDir Path root;
  private FakeHost host;
  private RunningGuard guard;

  @BeforeEach
  void aHostWithASlice() throws IOException, InterruptedException {
    host = new FakeHost(root);
    guard = host.guard();
    Files.createDirectories(root.resolve("var/lib/ostler/mdev"));
    host.write("sys/kernel/iommu_groups/21/x", "");
    host.write("sys/kernel/iommu_groups/22/x", "");
    host.write("dev/vfio/21", "");
    host.write("dev/vfio/22", "");
    link("sys/bus/mdev/devices/" + SLICE + "/iommu_group", "sys/kernel/iommu_groups/21");
    link("sys/bus/pci/devices/" + FUNCTION + "/iommu_group", "sys/kernel/iommu_groups/22");
    link("sys/bus/pci/devices/" + FUNCTION + "/physfn", "sys/bus/pci/devices/" + PARENT);
  }

  @AfterEach
  void theGuardGoes() throws IOException {
    guard.close();
  }

  private void link(String link, String target) throws IOException {
    Files.createDirectories(root.resolve(link).getParent());
    Files.createSymbolicLink(root.resolve(link), root.resolve(target));
  }

  private static PublishedSlice mediated(Optional<Permission> permission) {
    return new PublishedSlice(
        SLICE, UnitKind.MDEV, PciAddress.parse(PARENT), Optional.empty(), permission);
  }

  private static PublishedSlice vendor(Optional<Permission> permission) {
    return new PublishedSlice(
        OTHER,
        UnitKind.VENDOR_VF,
        PciAddress.parse(PARENT),
        Optional.of(PciAddress.parse(FUNCTION)),
        permission);
  }

  private void publish(PublishedSlice... slices) {
    try {
      new SliceList(Arrays.asList(slices)).publish(new Layout(root));
    } catch (Refusal e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<Permission> permit(String consumer) {
    return Optional.of(Permission.of(Caller.tenant(consumer)));
  }

  private void isGuarded(boolean guarded, UUID slice) throws IOException {
    String answer = guard.ask("{\"v\":1,\"ask\":\"sync\",\"slice\":\"%s\"}".formatted(slice));
    assertTrue(answer.startsWith("{\"v\":1,\"ok\":true,\"guarded\":" + guarded), answer);
  }

  @Test
  void everySliceWithoutAPermitIsHeldAndLetGoWithOne() throws IOException {
    isGuarded(false, SLICE);
    publish(mediated(Optional.empty()), vendor(Optional.empty()));
    isGuarded(true, SLICE);
    isGuarded(true, OTHER);
    publish(mediated(permit("vm1")), vendor(Optional.empty()));
    isGuarded(false, SLICE);
    isGuarded(true, OTHER);
    publish(mediated(permit("vm1").map(Permission::closed)));
    isGuarded(true, SLICE);
    isGuarded(false, OTHER);
  }

  @Test
  void statusTellsOfSlicesBesideTheUnits() throws IOException {
    publish(mediated(permit("vm1")), vendor(Optional.empty()));
    host.process(4242, "qemu-system-x86", "/dev/vfio/21");
    String status = guard.ask(STATUS);
    assertTrue(
        status.contains(
            "{\"slice\":\"%s\",\"kind\":\"mdev\",\"parent\":\"%s\",\"group\":21,\"guarded\":false,\"permit\":{\"claim\":{\"id\":"
                .formatted(SLICE, PARENT)),
        status);
    assertTrue(status.contains("\"holders\":[{\"pid\":4242"), status);
    assertTrue(
        status.contains(
            "\"kind\":\"vendor-vf\",\"parent\":\"%s\",\"function\":\"%s\",\"group\":22,\"guarded\":true,\"holders\":[],\"holders_known\":true}"
                .formatted(PARENT, FUNCTION)),
        status);
  }

  @Test
  void whatIsNotThereOrIsAnothersIsReportedAndTakenWhenItComes() throws IOException {
    Path link = root.resolve("sys/bus/mdev/devices/" + SLICE + "/iommu_group");
    Files.delete(link);
    Files.delete(link.getParent());
    publish(mediated(Optional.empty()));
    assertTrue(guard.ask(STATUS).contains("\"problem\":{\"code\":\"NO_SLICE\""));
    Files.createDirectories(link.getParent());
    assertTrue(guard.ask(STATUS).contains("\"problem\":{\"code\":\"NOT_BOUND\""));
    link("sys/bus/mdev/devices/" + SLICE + "/iommu_group", "sys/kernel/iommu_groups/21");
    isGuarded(true, SLICE);
    publish(vendor(Optional.empty()));
    Files.delete(root.resolve("sys/bus/pci/devices/" + FUNCTION + "/physfn"));
    link("sys/bus/pci/devices/" + FUNCTION + "/physfn", "sys/bus/pci/devices/0000:42:00.0");
    assertTrue(guard.ask(STATUS).contains("\"problem\":{\"code\":\"GROUP_CHANGED\""));
  }

  @Test
  void aListThatCannotBeReadCostsNoSliceItsGuard() throws IOException {
    publish(mediated(Optional.empty()));
    isGuarded(true, SLICE);
    host.write("var/lib/ostler/mdev/slices.json", "gibberish");
    String answer = guard.ask("{\"v\":1,\"ask\":\"sync\",\"slice\":\"%s\"}".formatted(SLICE));
    assertTrue(
        answer.contains("\"guarded\":true,\"problem\":{\"code\":\"JOURNAL_FAILED\""), answer);
  }

  private Optional<String> veto(String device) throws IOException {
    String xml = "<domain><name>vm1</name><devices>%s</devices></domain>".formatted(device);
    return new Hook(host.outside())
        .decide(
            List.of("vm1", "prepare", "begin", "-"),
            new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
        .map(Throwable::getMessage);
  }

  private void vetoed(String because, String device) throws IOException {
    String words = veto(device).orElse("no veto");
    assertTrue(words.contains(because), words);
  }

  private static String mdev(UUID slice) {
    return "<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source><address uuid='%s'/></source></hostdev>"
        .formatted(slice);
  }

  private static String pci(int function) {
    return "<hostdev type='pci'><source><address domain='0' bus='0x41' slot='0' function='%d'/></source></hostdev>"
        .formatted(function);
  }

  @Test
  void aDomainGetsItsOwnSlicesAndNoOthers() throws IOException {
    publish(mediated(Optional.empty()), vendor(permit("vm2")));
    vetoed("Slice " + SLICE + " is not ready for domain vm1: it is dirty", mdev(SLICE));
    vetoed("belongs to another claim", pci(4));
    publish(mediated(permit("vm1").map(Permission::closed)), vendor(permit("vm1")));
    vetoed("no permit", mdev(SLICE));
    assertEquals(Optional.empty(), veto(pci(4)));
    publish(mediated(permit("vm1")), vendor(permit("vm1")));
    assertEquals(Optional.empty(), veto(mdev(SLICE) + pci(4)));
    assertEquals(Optional.empty(), veto(mdev(OTHER) + pci(5)));
  }

  @Test
  void aCardThatIsCutIsNotAlsoHandedOutWhole() throws IOException {
    publish(mediated(permit("vm1")));
    vetoed("cut into slices", pci(0));
  }

  @Test
  void aListThatWasLostIsAVeto() throws IOException {
    host.write("var/lib/ostler/mdev/parents/0000:41:00.0.json", "{}");
    vetoed("ostler-mdev restore", mdev(SLICE));
    host.write("var/lib/ostler/mdev/slices.json", "gibberish");
    vetoed("cannot be read", mdev(SLICE));
  }
}
