package ostler.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the guest is made of: packages, files, links, owners, and what is cut.
 *
 * <p>Its hash names the prepared image in the cache, so a changed recipe makes a new one.
 */
final class Recipe {

  /** Raised when the steps of {@link GuestBuild} make something else of the same recipe. */
  static final int EDITION = 1;

  static final String SUITE = "bookworm";

  /** Unpacked with everything they depend on; the guest's QEMU is also the machine's. */
  static final List<String> PACKAGES =
      List.of(
          "base-files bash dash coreutils gawk sed grep findutils util-linux mount login",
          "procps kmod iproute2 pciutils sudo busybox-static e2fsprogs nvme-cli squashfs-tools",
          "openjdk-17-jre-headless",
          "libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients libvirt0",
          "qemu-system-x86 qemu-guest-agent mdevctl driverctl");

  /** Depends on the newest plain kernel, which alone has VFIO, SR-IOV, NVMe and 9P. */
  static final String KERNEL_METAPACKAGE = "linux-image-amd64";

  /** Never unpacked: what nobody in the guest reads. */
  static final List<String> CUT =
      List.of(
          "./usr/share/doc/*",
          "./usr/share/man/*",
          "./usr/share/info/*",
          "./usr/share/locale/*",
          "./usr/share/icons/*",
          "./usr/share/fonts/*",
          "./usr/share/iso-codes/*",
          "./usr/lib/x86_64-linux-gnu/perl*",
          "./usr/share/perl*",
          "./usr/share/qemu/*-firmware.img",
          "./usr/share/qemu/openbios*",
          "./usr/share/qemu/opensbi*",
          "./usr/share/qemu/skiboot*",
          "./usr/share/qemu/slof*",
          "./usr/share/qemu/s390*",
          "./usr/share/qemu/vof*",
          "./usr/share/qemu/palcode*");

  /** The kernel modules that can be loaded in the guest; what they depend on comes with them. */
  static final List<String> MODULES =
      List.of(
          "virtio_pci virtio_blk virtio_net virtio_console virtio_rng squashfs overlay ext4",
          "crc32c_generic crc32c_intel 9p 9pnet_virtio loop",
          "vfio_pci vfio_iommu_type1 mdev pci_stub uio_pci_generic",
          "nvme e1000 e1000e igb igbvf bochs snd_hda_intel snd_hda_codec_generic");

  /** What must be there before the root image can be mounted. */
  static final List<String> BOOT_MODULES =
      List.of("virtio_pci", "virtio_blk", "squashfs", "overlay");

  /** Files of ours, by their path in the guest, with their permissions. */
  static final Map<String, String> FILES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("etc/inittab", "rw-r--r--"),
              Map.entry("etc/lab/start", "rwxr-xr-x"),
              Map.entry("etc/lab/libvirt", "rwxr-xr-x"),
              Map.entry("etc/passwd", "rw-r--r--"),
              Map.entry("etc/group", "rw-r--r--"),
              Map.entry("etc/shadow", "rw-------"),
              Map.entry("etc/nsswitch.conf", "rw-r--r--"),
              Map.entry("etc/hosts", "rw-r--r--"),
              Map.entry("etc/hostname", "rw-r--r--"),
              Map.entry("etc/machine-id", "r--r--r--"),
              Map.entry("etc/libvirt/qemu.conf", "rw-r--r--"),
              Map.entry("etc/libvirt/libvirtd.conf", "rw-r--r--"),
              Map.entry("etc/pam.d/common-auth", "rw-r--r--"),
              Map.entry("etc/pam.d/common-account", "rw-r--r--"),
              Map.entry("etc/pam.d/common-session", "rw-r--r--"),
              Map.entry("etc/pam.d/common-session-noninteractive", "rw-r--r--"),
              Map.entry("etc/pam.d/common-password", "rw-r--r--")));

  /** Links that maintainer scripts would have made, and the merged /usr; target by path. */
  static final Map<String, String> LINKS =
      new TreeMap<>(
          Map.of(
              "usr/bin/awk", "gawk",
              "usr/bin/java", "../lib/jvm/java-17-openjdk-amd64/bin/java",
              "usr/sbin/init", "../bin/busybox",
              "var/run", "/run",
              "var/lock", "/run/lock"));

  static final Map<String, String> MERGED_USR =
      new TreeMap<>(
          Map.of("bin", "usr/bin", "sbin", "usr/sbin", "lib", "usr/lib", "lib64", "usr/lib64"));

  static final List<String> FOLDERS =
      List.of(
          "etc/libvirt/qemu",
          "etc/libvirt/hooks",
          "etc/ostler",
          "etc/sudoers.d",
          "home/ostler",
          "mnt",
          "persist",
          "usr/lib/ostler",
          "var/lib/libvirt",
          "var/lib/ostler/agent",
          "var/lib/ostler/vfio",
          "var/log/lab",
          "var/log/libvirt/qemu");

  /**
   * Modes that no file system outside has to hold: mksquashfs writes them. Everything belongs to
   * root in the image; what does not is given away at boot.
   */
  static final List<String> MODES =
      List.of(
          "usr/bin/sudo m 4755 0 0",
          "home/ostler m 755 0 0",
          "var/lib/ostler m 755 0 0",
          "var/lib/ostler/agent m 700 0 0",
          "var/lib/ostler/vfio m 700 0 0",
          "etc/ostler m 755 0 0",
          "etc/shadow m 640 0 0");

  /** Of the unpacked tree, what running QEMU and its tools outside needs. */
  static final List<String> TOOLS =
      List.of(
          "usr/bin/qemu-system-x86_64",
          "usr/bin/setpriv",
          "usr/sbin/mke2fs",
          "usr/lib/x86_64-linux-gnu",
          "usr/lib/ipxe",
          "usr/share/qemu",
          "usr/share/seabios",
          "etc/mke2fs.conf");

  private Recipe() {}

  /** One of our files, as packed into this program. */
  static byte[] file(String path) {
    try (InputStream in = Recipe.class.getResourceAsStream("guest/" + path)) {
      if (in == null) {
        throw new IllegalStateException("the lab's file guest/" + path + " is not in this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the lab's file guest/" + path + " cannot be read", e);
    }
  }

  static List<String> words(List<String> lines) {
    return lines.stream().flatMap(line -> Stream.of(line.split(" "))).toList();
  }

  /** The first 16 hexadecimal digits of a hash over everything above. */
  static String hash() {
    MessageDigest digest = sha256();
    List<Object> parts =
        List.of(
            EDITION,
            SUITE,
            PACKAGES,
            KERNEL_METAPACKAGE,
            CUT,
            MODULES,
            BOOT_MODULES,
            FILES,
            LINKS,
            MERGED_USR,
            FOLDERS,
            MODES,
            TOOLS);
    parts.forEach(part -> digest.update(part.toString().getBytes(StandardCharsets.UTF_8)));
    FILES.keySet().forEach(path -> digest.update(file(path)));
    digest.update(file("init"));
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
