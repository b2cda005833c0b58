using System.Buffers.Binary;
using Pogoline.Hex;
using Pogoline.Lab.Board;
using Pogoline.Modules;
using Pogoline.Platforms;
using Pogoline.Tests.Lab;

namespace Pogoline.Tests.Hex;

/// <summary>Restore images of real releases, and boards that hold an image by address.</summary>
static class HexBoards
{
    const uint Uicr = 0x10001000;

    public static IReadOnlyList<FirmwareModule> Modules(string board, string os) =>
        [.. Boards.Files(board, os, tinker: false).Select(path => ModuleReader.Require(File.ReadAllBytes(path), path))];

    public static RestoreImage Build(string board, string os, FirmwareModule? app = null, bool withMbr = true)
    {
        var platform = PlatformCatalog.Require(board);
        app ??= ModuleReader.Require(Boards.Tinker(board), board);
        var mbr = withMbr && platform.Generation == 3 ? MasterBootRecord.Take(Mbr(board, os), board, new(0xF4000)) : null;
        return RestoreImage.FromRelease(platform, new() { Release = DeviceOsVersion.Parse(os), Modules = Modules(board, os), App = app }, mbr);
    }

    /// <summary>User firmware with a right CRC that does nothing.</summary>
    public static FirmwareModule App(string board, uint start, byte index, int length, ushort needs, byte systemPart = 1) => ModuleReader.Require(new ModuleBuilder
    {
        Header = new()
        {
            Start = new(start), PlatformId = (ushort)PlatformCatalog.Require(board).Id, Id = new(ModuleFunction.UserPart, index), Version = 6,
            Dependency1 = new(new(ModuleFunction.SystemPart, systemPart), needs),
        },
        Payload = new byte[length - 70],
    }.Build(), "app");

    /// <summary>The first page of a virtual board, as read back.</summary>
    public static MemoryImage Mbr(string board, string os)
    {
        using var made = Boards.Make(board, os);
        var image = new MemoryImage();
        image.Replace(default, made.Hardware.Flash.Read(new(0), MasterBootRecord.Size));
        return image;
    }

    /// <summary>Programs what an image has where it has it, as a debug probe does.</summary>
    public static void Lay(this VirtualBoard board, MemoryImage image)
    {
        foreach (var segment in image.Segments)
        {
            if (board.Hardware.Flash.Range.Contains(segment.Range))
            {
                Assert.True(board.Hardware.Flash.Program(segment.Start, segment.Bytes.Span), $"{segment.Range} was not erased");
                continue;
            }
            Assert.True(board.Hardware.Platform.Generation == 3 && segment.Start.Value >= Uicr && segment.Range.End.Value <= Uicr + 0x308, $"{segment.Range}");
            for (var at = 0; at < segment.Bytes.Length; at += 4)
                board.Hardware.ProgramUicr((int)(segment.Start.Value - Uicr) + at, BinaryPrimitives.ReadUInt32LittleEndian(segment.Bytes.Span[at..]));
        }
    }

    /// <summary>Erases the sectors that an image touches.</summary>
    public static void EraseTouched(this VirtualBoard board, MemoryImage image)
    {
        foreach (var segment in image.Segments.Where(s => board.Hardware.Flash.Range.Contains(s.Range))) board.Hardware.Flash.Erase(segment.Range);
    }
}
