@ The loader that runs in a target's RAM while its flash is programmed: seven slots that the host fills in turn, so that the link
@ and the flash work at the same time: while a sector of 128 KiB is erased, most of what goes into it is sent. A file for the flash controller follows this one; it has the labels "flash" and "idle".
@
@ The host writes the command word of a slot last. The loader carries the command out, writes 0 there (or an error with bit 31 set,
@ and stops), and looks at the next slot. With nothing to do it looks at all of them in turn: a command that a disturbed host writes twice is
@ carried out twice, which changes nothing. Cortex-M3 and M4; 16-bit instructions only.

        .syntax unified
        .cpu    cortex-m3
        .thumb

        .equ    COMMAND, 0          @ bit 0 erase a unit, bit 1 program, bit 2 checksums; 0 when the slot is free
        .equ    ADDRESS, 4          @ where in the flash
        .equ    LENGTH, 8           @ bytes to program; bytes of each block for checksums; a multiple of 4
        .equ    DATA, 12            @ where the bytes lie in RAM; where the checksums go
        .equ    COUNT, 16           @ blocks for checksums
        .equ    ERASE, 20           @ what the flash controller needs to erase the unit
        .equ    MODE, 24            @ what it needs to program
        .equ    NEXT, 32            @ slots lie this far apart

start:  ldr     r0, slots
wait:   ldr     r1, [r0, #COMMAND]
        cmp     r1, #0
        beq     idle
        lsrs    r2, r1, #3          @ carry: bit 2
        bcs     sums
        b       flash

done:   movs    r1, #0
failed: str     r1, [r0, #COMMAND]  @ r1: 0, or the error
        cmp     r1, #0
        bmi     halt
other:  adds    r0, r0, #NEXT
        ldr     r1, end
        cmp     r0, r1
        bne     wait
        ldr     r0, slots
        b       wait
halt:   bkpt    #0

@ CRC-32 (0xEDB88320, from and against all ones) of COUNT blocks in a row, a byte at a time by a table.
sums:   ldr     r7, table
        ldr     r2, [r0, #ADDRESS]
        ldr     r4, [r0, #DATA]
        ldr     r1, [r0, #COUNT]
block:  ldr     r3, [r0, #LENGTH]
        adds    r3, r2, r3
        movs    r5, #0
        mvns    r5, r5
word:   ldmia   r2!, {r6}
        eors    r5, r6
        lsls    r6, r5, #24
        lsrs    r6, r6, #22
        ldr     r6, [r7, r6]
        lsrs    r5, r5, #8
        eors    r5, r6
        lsls    r6, r5, #24
        lsrs    r6, r6, #22
        ldr     r6, [r7, r6]
        lsrs    r5, r5, #8
        eors    r5, r6
        lsls    r6, r5, #24
        lsrs    r6, r6, #22
        ldr     r6, [r7, r6]
        lsrs    r5, r5, #8
        eors    r5, r6
        lsls    r6, r5, #24
        lsrs    r6, r6, #22
        ldr     r6, [r7, r6]
        lsrs    r5, r5, #8
        eors    r5, r6
        cmp     r2, r3
        bne     word
        mvns    r5, r5
        stmia   r4!, {r5}
        subs    r1, r1, #1
        bne     block
        b       done

        .align  2
slots:  .word   0x20000800
end:    .word   0x200008E0
table:  .word   0x20000400
